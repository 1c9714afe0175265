/*
 * <netdb.h>, <ifaddrs.h> and <net/if.h>: lists of addresses and interfaces. The host finds them; the rank gets a copy in
 * its own heap.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netpacket/packet.h>
#include <stdlib.h>
#include <string.h>

#include "flotilla.h"
#include "heap.h"
#include "names.h"

extern int flotilla_host_getaddrinfo(const char *, const char *, const struct addrinfo *, struct addrinfo **);
extern void flotilla_host_freeaddrinfo(struct addrinfo *);
extern int flotilla_host_getifaddrs(struct ifaddrs **);
extern void flotilla_host_freeifaddrs(struct ifaddrs *);
extern struct if_nameindex *flotilla_host_if_nameindex(void);
extern void flotilla_host_if_freenameindex(struct if_nameindex *);

/* ---- getaddrinfo ---- */

void flotilla_freeaddrinfo(struct addrinfo *list) {
    while (list != NULL) {
        struct addrinfo *next = list->ai_next;
        free(list->ai_canonname);
        free(list);
        list = next;
    }
}

/* An entry and its address in one block: programs free parts of a list. */
static struct addrinfo *copy_entry(const struct addrinfo *from) {
    struct addrinfo *copy = malloc(sizeof *copy + from->ai_addrlen);
    if (copy == NULL) return NULL;
    *copy = *from;
    copy->ai_next = NULL;
    copy->ai_addr = from->ai_addr == NULL ? NULL : memcpy(copy + 1, from->ai_addr, from->ai_addrlen);
    if (from->ai_canonname != NULL && (copy->ai_canonname = flotilla_strdup(from->ai_canonname)) == NULL) {
        free(copy);
        return NULL;
    }
    return copy;
}

int flotilla_getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **answer) {
    struct addrinfo *found;
    int result = flotilla_host_getaddrinfo(node, service, hints, &found);
    if (result != 0) return result;
    struct addrinfo *list = NULL, **link = &list;
    for (const struct addrinfo *entry = found; entry != NULL; entry = entry->ai_next) {
        if ((*link = copy_entry(entry)) == NULL) {
            flotilla_freeaddrinfo(list);
            flotilla_host_freeaddrinfo(found);
            return EAI_MEMORY;
        }
        link = &(*link)->ai_next;
    }
    flotilla_host_freeaddrinfo(found);
    *answer = list;
    return 0;
}

/* ---- getifaddrs ---- */

static size_t address_size(const struct sockaddr *address) {
    switch (address->sa_family) {
        case AF_INET: return sizeof(struct sockaddr_in);
        case AF_INET6: return sizeof(struct sockaddr_in6);
        case AF_PACKET: {
            /* Hardware addresses may be longer than the structure has room for. */
            size_t length = offsetof(struct sockaddr_ll, sll_addr) + ((const struct sockaddr_ll *)(const void *)address)->sll_halen;
            return length > sizeof(struct sockaddr_ll) ? length : sizeof(struct sockaddr_ll);
        }
        default: return sizeof(struct sockaddr);
    }
}

/* What ifa_data has for AF_PACKET: struct rtnl_link_stats of <linux/if_link.h>, 23 counters at least since Linux 2.6. */
#define LINK_STATISTICS (23 * sizeof(unsigned))

static size_t padded(size_t bytes) {
    return (bytes + 15) & -(size_t)16;
}

static size_t entry_size(const struct ifaddrs *from) {
    size_t size = padded(sizeof *from) + padded(strlen(from->ifa_name) + 1);
    if (from->ifa_addr != NULL) size += padded(address_size(from->ifa_addr));
    if (from->ifa_netmask != NULL) size += padded(address_size(from->ifa_netmask));
    if (from->ifa_broadaddr != NULL) size += padded(address_size(from->ifa_broadaddr));
    if (from->ifa_data != NULL) size += padded(LINK_STATISTICS);
    return size;
}

static void *append(char **end, const void *from, size_t size) {
    void *copy = memcpy(*end, from, size);
    *end += padded(size);
    return copy;
}

static struct ifaddrs *copy_interface(const struct ifaddrs *from, char **end) {
    struct ifaddrs *copy = append(end, from, sizeof *from);
    copy->ifa_name = append(end, from->ifa_name, strlen(from->ifa_name) + 1);
    if (from->ifa_addr != NULL) copy->ifa_addr = append(end, from->ifa_addr, address_size(from->ifa_addr));
    if (from->ifa_netmask != NULL) copy->ifa_netmask = append(end, from->ifa_netmask, address_size(from->ifa_netmask));
    if (from->ifa_broadaddr != NULL) copy->ifa_broadaddr = append(end, from->ifa_broadaddr, address_size(from->ifa_broadaddr));
    if (from->ifa_data != NULL) copy->ifa_data = append(end, from->ifa_data, LINK_STATISTICS);
    return copy;
}

/* The whole list in one block. */
int flotilla_getifaddrs(struct ifaddrs **answer) {
    struct ifaddrs *found;
    if (flotilla_host_getifaddrs(&found) != 0) return -1;
    size_t size = 0;
    for (const struct ifaddrs *entry = found; entry != NULL; entry = entry->ifa_next) size += entry_size(entry);
    char *end = size == 0 ? NULL : malloc(size);
    struct ifaddrs *list = NULL, **link = &list;
    for (const struct ifaddrs *entry = found; entry != NULL && end != NULL; entry = entry->ifa_next) {
        *link = copy_interface(entry, &end);
        link = &(*link)->ifa_next;
    }
    flotilla_host_freeifaddrs(found);
    if (size != 0 && list == NULL) return -1;
    *answer = list;
    return 0;
}

void flotilla_freeifaddrs(struct ifaddrs *list) {
    free(list);
}

/* ---- if_nameindex ---- */

struct if_nameindex *flotilla_if_nameindex(void) {
    struct if_nameindex *found = flotilla_host_if_nameindex();
    if (found == NULL) return NULL;
    size_t count = 0, text = 0;
    for (; found[count].if_index != 0; count++) text += strlen(found[count].if_name) + 1;
    struct if_nameindex *list = malloc((count + 1) * sizeof *list + text);
    if (list != NULL) {
        char *end = (char *)(list + count + 1);
        for (size_t i = 0; i < count; i++) {
            list[i] = (struct if_nameindex){found[i].if_index, end};
            end = stpcpy(end, found[i].if_name) + 1;
        }
        list[count] = (struct if_nameindex){0, NULL};
    }
    flotilla_host_if_freenameindex(found);
    if (list == NULL) errno = ENOBUFS;
    return list;
}

void flotilla_if_freenameindex(struct if_nameindex *list) {
    free(list);
}

FLOTILLA_NAMES(flotilla_getaddrinfo, getaddrinfo)
FLOTILLA_NAMES(flotilla_freeaddrinfo, freeaddrinfo)
FLOTILLA_NAMES(flotilla_getifaddrs, getifaddrs)
FLOTILLA_NAMES(flotilla_freeifaddrs, freeifaddrs)
FLOTILLA_NAMES(flotilla_if_nameindex, if_nameindex)
FLOTILLA_NAMES(flotilla_if_freenameindex, if_freenameindex)
