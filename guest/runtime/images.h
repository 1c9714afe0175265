/*
 * The rank's loaded images.
 */
#ifndef FLOTILLA_RUNTIME_IMAGES_H
#define FLOTILLA_RUNTIME_IMAGES_H

#include <stdbool.h>

struct flotilla_image;
struct link_map;

/* The image whose addresses include this one, or NULL. */
struct flotilla_image *flotilla_image_of(const void *address);

/* The image's link map (NULL: the program's), linked with those of all other images. */
struct link_map *flotilla_link_map(const struct flotilla_image *image);

/* To be told when dlopen loaded or dlclose closed something. */
void flotilla_images_changed(bool loaded);

#endif
