/*
 * Users, groups, hosts and services: what these functions answer stays while other ranks ask for something else. Going
 * through a list has a position of its own in each rank.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#define _GNU_SOURCE
#include "../support/interleave.h"
#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <mntent.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pwd.h>
#include <search.h>
#include <syslog.h>
#include <unistd.h>

static void users(void)
{
    static const char *const names[] = {"root", "daemon", "bin", "sys"};
    const char *mine = names[check_rank % 4], *other = names[(check_rank + 1) % 4];
    struct passwd *user = getpwnam(mine);
    interleave();
    CHECK(user != NULL && strcmp(user->pw_name, mine) == 0 && user->pw_dir[0] == '/');
    uid_t number = user->pw_uid;
    struct passwd *by_number = getpwuid(number);
    interleave();
    CHECK(by_number != NULL && strcmp(by_number->pw_name, mine) == 0);
    struct group *group = getgrnam(other);
    interleave();
    CHECK(group != NULL && strcmp(group->gr_name, other) == 0);
    struct group *group_by_number = getgrgid(group->gr_gid);
    interleave();
    CHECK(group_by_number != NULL && strcmp(group_by_number->gr_name, other) == 0);
    CHECK(user->pw_uid == number && strcmp(user->pw_name, mine) == 0);
    errno = 0;
    CHECK(getpwnam("no such user") == NULL);
    int count[2] = {0, 0};
    for (int round = 0; round < 2; round++) {
        struct passwd *entry;
        setpwent();
        while ((entry = getpwent()) != NULL) {
            CHECK(getpwuid(entry->pw_uid) != NULL);
            if (++count[round] <= 5 + check_rank % 3)
                MPI_Barrier(MPI_COMM_SELF);
            if (count[round] == 3 + check_rank % 4)
                interleave();
        }
        endpwent();
    }
    CHECK(count[0] > 6 && count[0] == count[1]);
    setgrent();
    struct group *first = getgrent();
    CHECK(first != NULL && strcmp(first->gr_name, "root") == 0);
    interleave();
    first = getgrent();
    CHECK(first != NULL && strcmp(first->gr_name, "daemon") == 0);
    endgrent();
    first = getgrent();
    CHECK(first != NULL && strcmp(first->gr_name, "root") == 0);
    endgrent();
}

static void network(void)
{
    char address[32];
    snprintf(address, sizeof address, "127.0.%d.%d", check_rank / 200, check_rank % 200 + 1);
    struct hostent *host = gethostbyname(address);
    interleave();
    CHECK(host != NULL && strcmp(host->h_name, address) == 0 && host->h_length == 4);
    CHECK(strcmp(inet_ntoa(*(struct in_addr *)host->h_addr_list[0]), address) == 0);
    char *text = inet_ntoa(*(struct in_addr *)host->h_addr_list[0]);
    interleave();
    CHECK(strcmp(text, address) == 0);
    /* h_errno is the rank's. */
    if (check_rank % 2) {
        CHECK(gethostbyname("256.256.256.256.no-such-host.invalid.") == NULL);
        int error = h_errno;
        interleave();
        CHECK(error != 0 && h_errno == error);
    } else {
        h_errno = -7;
        interleave();
        CHECK_EQUAL(h_errno, -7);
    }
    static const char *const services[] = {"ssh", "http", "domain", "smtp"};
    static const int ports[] = {22, 80, 53, 25};
    struct servent *service = getservbyname(services[check_rank % 4], "tcp");
    /* Not every system has /etc/services. */
    if (service != NULL) {
        interleave();
        CHECK(strcmp(service->s_name, services[check_rank % 4]) == 0 && ntohs((uint16_t)service->s_port) == ports[check_rank % 4]);
        service = getservbyport(htons((uint16_t)ports[check_rank % 4]), "tcp");
        interleave();
        CHECK(service != NULL && strcmp(service->s_name, services[check_rank % 4]) == 0);
    }
    struct protoent *protocol = getprotobynumber(check_rank % 2 ? 6 : 17);
    if (protocol != NULL) {
        interleave();
        CHECK(strcmp(protocol->p_name, check_rank % 2 ? "tcp" : "udp") == 0);
        protocol = getprotobyname(check_rank % 2 ? "udp" : "tcp");
        interleave();
        CHECK(protocol != NULL && protocol->p_proto == (check_rank % 2 ? 17 : 6));
    }
}

static void mounts(void)
{
    FILE *list = setmntent("/proc/mounts", "r");
    CHECK(list != NULL);
    struct mntent *entry = NULL;
    for (int i = 0; i <= check_rank % 3; i++)
        entry = getmntent(list);
    CHECK(entry != NULL);
    char folder[4096];
    snprintf(folder, sizeof folder, "%s", entry->mnt_dir);
    interleave();
    CHECK(strcmp(entry->mnt_dir, folder) == 0);
    endmntent(list);
}

static void table(void)
{
    char keys[20][16];
    CHECK(hcreate(40) != 0);
    for (int i = 0; i < 20; i++) {
        snprintf(keys[i], sizeof keys[i], "%d-%d", i, i * check_rank);
        ENTRY entry = {keys[i], (void *)(long)(i + check_rank)}, *put = hsearch(entry, ENTER);
        CHECK(put != NULL);
        if (i == 10)
            interleave();
    }
    interleave();
    for (int i = 0; i < 20; i++) {
        ENTRY wanted = {keys[i], NULL}, *found = hsearch(wanted, FIND);
        CHECK(found != NULL && found->data == (void *)(long)(i + check_rank));
    }
    ENTRY missing = {(char *)"nothing", NULL};
    CHECK(hsearch(missing, FIND) == NULL);
    hdestroy();
}

static void journal(void)
{
    char name[64], path[] = "/tmp/flotilla-journal-XXXXXX", line[200] = "", expected[100];
    int saved = dup(2), file = mkstemp(path);
    snprintf(name, sizeof name, "rank%d", check_rank);
    openlog(name, LOG_PERROR, LOG_LOCAL0);
    setlogmask(check_rank % 2 ? LOG_UPTO(LOG_ERR) : LOG_UPTO(LOG_DEBUG));
    interleave();
    CHECK_EQUAL(setlogmask(0), check_rank % 2 ? LOG_UPTO(LOG_ERR) : LOG_UPTO(LOG_DEBUG));
    dup2(file, 2);
    errno = ENOENT;
    syslog(LOG_ERR, "number %d: %m", check_rank);
    syslog(LOG_DEBUG, "detail");
    dup2(saved, 2);
    close(saved);
    interleave();
    CHECK(pread(file, line, sizeof line - 1, 0) > 0);
    snprintf(expected, sizeof expected, "rank%d: number %d: No such file or directory\n%s%s%s", check_rank, check_rank,
             check_rank % 2 ? "" : name, check_rank % 2 ? "" : ": detail", check_rank % 2 ? "" : "\n");
    if (strcmp(line, expected) != 0)
        check_failed(__FILE__, __LINE__, "[%s] is not [%s]", line, expected);
    closelog();
    close(file);
    unlink(path);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    users();
    network();
    mounts();
    table();
    journal();
    return finish("databases");
}
