/*
 * What unwinders ask about the rank's images: libgcc since GCC 12 by _dl_find_object, older ones and other unwinders by
 * dl_iterate_phdr. (GCC 13 searches frames registered with __register_frame first; that list is libgcc's own.)
 */
#define _GNU_SOURCE
#include "images.h"

#include <dlfcn.h>
#include <link.h>
#include <stdbool.h>
#include <string.h>

#include "flotilla.h"
#include "shared.h"
#include "tls.h"

static struct link_map maps[FLOTILLA_CB_MAX_IMAGES] FLOTILLA_LARGE;
static unsigned long long opened, closed;

void flotilla_images_changed(bool loaded) {
    if (loaded) {
        opened++;
    } else {
        closed++;
    }
}

static bool is_present(const struct flotilla_image *image) {
    return image->end > image->start;
}

static bool is_program(const struct flotilla_image *image) {
    return flotilla_control->entry - image->start < image->end - image->start;
}

struct flotilla_image *flotilla_image_of(const void *address) {
    static uint64_t found;
    uint64_t last = found; /* other threads change it */
    struct flotilla_image *images = flotilla_control->image_table;
    uint64_t count = flotilla_control->image_count;
    uintptr_t at = (uintptr_t)address;
    if (last < count && at - images[last].start < images[last].end - images[last].start) return &images[last];
    for (uint64_t i = 0; i < count; i++) {
        if (is_present(&images[i]) && at - images[i].start < images[i].end - images[i].start) {
            found = i;
            return &images[i];
        }
    }
    return NULL;
}

static struct link_map *program_map;

/* Made on first use and again after images came or went. */
static void make_link_maps(void) {
    static unsigned long long made_for = -1ULL;
    struct flotilla_image *images = flotilla_control->image_table;
    uint64_t count = flotilla_control->image_count;
    struct link_map *last = NULL;
    if (made_for == opened + closed) return;
    made_for = opened + closed;
    program_map = NULL;
    for (int pass = 0; pass < 2; pass++) {
        for (uint64_t i = 0; i < count; i++) {
            if (!is_present(&images[i]) || is_program(&images[i]) != (pass == 0)) continue;
            struct link_map *map = &maps[i];
            map->l_addr = images[i].bias;
            map->l_name = pass == 0 ? (char *)"" : (char *)images[i].name;
            map->l_ld = (ElfW(Dyn) *)images[i].dynamic;
            map->l_prev = last;
            map->l_next = NULL;
            if (last != NULL) last->l_next = map;
            if (program_map == NULL) program_map = map;
            last = map;
        }
    }
}

struct link_map *flotilla_link_map(const struct flotilla_image *image) {
    flotilla_shared_lock_images();
    make_link_maps();
    flotilla_shared_unlock_images();
    return image == NULL ? program_map : &maps[image - flotilla_control->image_table];
}

FLOTILLA_EXPORT int _dl_find_object(void *address, struct dl_find_object *result) {
    struct flotilla_image *image = flotilla_image_of(address);
    if (image == NULL || image->eh_frame_hdr == NULL) return -1;
    result->dlfo_flags = 0;
    result->dlfo_map_start = (void *)image->start;
    result->dlfo_map_end = (void *)image->end;
    result->dlfo_link_map = flotilla_link_map(image);
    result->dlfo_eh_frame = (void *)image->eh_frame_hdr;
    return 0;
}

static int report(const struct flotilla_image *image, int (*callback)(struct dl_phdr_info *, size_t, void *),
                  void *data) {
    struct dl_phdr_info info = {
        .dlpi_addr = image->bias,
        .dlpi_name = is_program(image) ? "" : image->name,
        .dlpi_phdr = image->phdr,
        .dlpi_phnum = (ElfW(Half))image->phnum,
        .dlpi_adds = flotilla_control->image_count + opened,
        .dlpi_subs = closed,
        .dlpi_tls_modid = image->tls_module,
        .dlpi_tls_data = image->tls_module == 0 ? NULL : flotilla_tls_block(image->tls_module),
    };
    return callback(&info, sizeof info, data);
}

/* The program comes first, as callers expect. */
static int iterate(int (*callback)(struct dl_phdr_info *, size_t, void *), void *data) {
    const struct flotilla_image *images = flotilla_control->image_table;
    for (int pass = 0; pass < 2; pass++) {
        for (uint64_t i = 0; i < flotilla_control->image_count; i++) {
            if (!is_present(&images[i]) || is_program(&images[i]) != (pass == 0)) continue;
            int result = report(&images[i], callback, data);
            if (result != 0) return result;
        }
    }
    return 0;
}

FLOTILLA_EXPORT int dl_iterate_phdr(int (*callback)(struct dl_phdr_info *, size_t, void *), void *data) {
    flotilla_shared_lock_images();
    int result = iterate(callback, data);
    flotilla_shared_unlock_images();
    return result;
}
