/*
 * libcurl looks names up in a thread of its own, for which the rank's main thread waits; transfers in several threads
 * share a cache of names under locks of the program.
 *
 * test: package libcurl4-openssl-dev
 * test: pkg-config libcurl
 * test: flags -pthread
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#include "../support/interleave.h"
#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#define ASKERS 2

static int port;
static pthread_mutex_t locks[CURL_LOCK_DATA_LAST];

static void take(CURL *easy, curl_lock_data data, curl_lock_access access, void *own)
{
    (void)easy, (void)access, (void)own;
    pthread_mutex_lock(&locks[data]);
}

static void give(CURL *easy, curl_lock_data data, void *own)
{
    (void)easy, (void)own;
    pthread_mutex_unlock(&locks[data]);
}

static void *serve(void *argument)
{
    int listener = *(int *)argument;
    for (int i = 0; i < ASKERS; i++) {
        char request[2000], answer[200], body[60];
        size_t length = 0;
        int connection = accept(listener, NULL, NULL);
        do {
            ssize_t n = read(connection, request + length, sizeof request - 1 - length);
            if (n <= 0)
                break;
            length += (size_t)n;
            request[length] = '\0';
        } while (strstr(request, "\r\n\r\n") == NULL);
        snprintf(body, sizeof body, "rank %d", check_rank);
        snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s", strlen(body), body);
        CHECK_EQUAL(write(connection, answer, strlen(answer)), strlen(answer));
        close(connection);
    }
    return NULL;
}

static size_t receive(char *data, size_t size, size_t count, void *text)
{
    if (strlen(text) + size * count < 60)
        strncat(text, data, size * count);
    return size * count;
}

static void *ask(void *share)
{
    char address[80], text[60] = "", expected[60];
    snprintf(address, sizeof address, "http://localhost:%d/", port);
    CURL *easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, address);
    curl_easy_setopt(easy, CURLOPT_SHARE, share);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, text);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_IPRESOLVE, (long)CURL_IPRESOLVE_V4);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, 60L);
    CHECK_EQUAL(curl_easy_perform(easy), CURLE_OK);
    snprintf(expected, sizeof expected, "rank %d", check_rank);
    CHECK(strcmp(text, expected) == 0);
    curl_easy_cleanup(easy);
    return NULL;
}

int main(int argc, char **argv)
{
    int provided;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &check_rank);
    MPI_Comm_size(MPI_COMM_WORLD, &check_size);
    CHECK_EQUAL(curl_global_init(CURL_GLOBAL_ALL), CURLE_OK);
    CHECK(curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_ASYNCHDNS);
    for (int i = 0; i < CURL_LOCK_DATA_LAST; i++)
        pthread_mutex_init(&locks[i], NULL);
    CURLSH *share = curl_share_init();
    curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
    curl_share_setopt(share, CURLSHOPT_LOCKFUNC, take);
    curl_share_setopt(share, CURLSHOPT_UNLOCKFUNC, give);

    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof name;
    CHECK_EQUAL(bind(listener, (struct sockaddr *)&name, sizeof name), 0);
    CHECK_EQUAL(listen(listener, 5), 0);
    CHECK_EQUAL(getsockname(listener, (struct sockaddr *)&name, &size), 0);
    port = ntohs(name.sin_port);

    pthread_t server, askers[ASKERS];
    CHECK_EQUAL(pthread_create(&server, NULL, serve, &listener), 0);
    for (int i = 0; i < ASKERS; i++)
        CHECK_EQUAL(pthread_create(&askers[i], NULL, ask, share), 0);
    interleave();
    for (int i = 0; i < ASKERS; i++)
        CHECK_EQUAL(pthread_join(askers[i], NULL), 0);
    CHECK_EQUAL(pthread_join(server, NULL), 0);
    interleave();
    CHECK_EQUAL(curl_share_cleanup(share), CURLSHE_OK);
    close(listener);
    curl_global_cleanup();
    return finish("libcurl with threads");
}
