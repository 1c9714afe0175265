/*
 * libcurl with a TLS library, Kerberos, LDAP, SSH and HTTP/2 behind it: a few dozen libraries with constructors and
 * destructors. Transfers of files and from a server that is another rank, several at once.
 *
 * test: package libcurl4-openssl-dev
 * test: pkg-config libcurl
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#include "support.h"
#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

struct text {
    size_t length;
    char characters[20000];
};

static size_t receive(char *data, size_t size, size_t count, void *text)
{
    struct text *to = text;
    CHECK(to->length + size * count < sizeof to->characters);
    memcpy(to->characters + to->length, data, size * count);
    to->length += size * count;
    return size * count;
}

static long allocations;

static void *count_allocation(size_t size)
{
    allocations++;
    return malloc(size);
}

static CURL *transfer(const char *address, struct text *text)
{
    CURL *easy = curl_easy_init();
    text->length = 0;
    curl_easy_setopt(easy, CURLOPT_URL, address);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, text);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, 60L);
    return easy;
}

static void files(void)
{
    const char *folder = make_folder();
    char path[100], address[120];
    snprintf(path, sizeof path, "%s/%d", folder, check_rank);
    FILE *file = fopen(path, "w");
    int lines = 10 + check_rank % 50;
    for (int i = 0; i < lines; i++)
        fprintf(file, "line %3d of rank %4d\n", i, check_rank);
    fclose(file);
    snprintf(address, sizeof address, "file://%s", path);

    static struct text texts[2];
    CURLM *multi = curl_multi_init();
    CURL *easy[2];
    for (int i = 0; i < 2; i++) {
        easy[i] = transfer(address, &texts[i]);
        curl_easy_setopt(easy[i], CURLOPT_RANGE, i == 0 ? "0-99" : "100-");
        curl_multi_add_handle(multi, easy[i]);
    }
    int running = 1;
    while (running) {
        CHECK_EQUAL(curl_multi_perform(multi, &running), CURLM_OK);
        if (running)
            curl_multi_poll(multi, NULL, 0, 100, NULL);
    }
    interleave();
    CHECK_EQUAL(texts[0].length, 100);
    CHECK_EQUAL(texts[1].length, lines * 22 - 100);
    for (int i = 0; i < 2; i++) {
        curl_multi_remove_handle(multi, easy[i]);
        curl_easy_cleanup(easy[i]);
    }
    curl_multi_cleanup(multi);
    unlink(path);
    interleave();
    if (check_rank == 0)
        CHECK_EQUAL(rmdir(folder), 0);
}

static int is_ready(int fd)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    return poll(&ready, 1, 0) > 0;
}

/* Answers one request. */
static void serve(int connection)
{
    char request[4000], answer[300], body[100];
    size_t length = 0;
    do {
        ssize_t n = read(connection, request + length, sizeof request - 1 - length);
        CHECK(n > 0);
        if (n <= 0)
            break;
        length += (size_t)n;
        request[length] = '\0';
    } while (strstr(request, "\r\n\r\n") == NULL);
    CHECK(strncmp(request, "GET /answer HTTP/1.1\r\n", 22) == 0);
    snprintf(body, sizeof body, "served by rank %d", check_rank);
    snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nConnection: close\r\nX-Rank: %d\r\n\r\n%s",
             strlen(body), check_rank, body);
    CHECK_EQUAL(write(connection, answer, strlen(answer)), strlen(answer));
    close(connection);
}

/* Each rank is a server to the next one, and asks the previous one, all at once. */
static void ring(void)
{
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof name;
    CHECK_EQUAL(bind(listener, (struct sockaddr *)&name, sizeof name), 0);
    CHECK_EQUAL(listen(listener, 5), 0);
    CHECK_EQUAL(getsockname(listener, (struct sockaddr *)&name, &size), 0);
    int port = ntohs(name.sin_port), length;
    int *theirs = pass_on(&port, sizeof port, &length);
    char address[100], expected[100];
    snprintf(address, sizeof address, "http://127.0.0.1:%d/answer", *theirs);
    free(theirs);

    static struct text text;
    CURLM *multi = curl_multi_init();
    CURL *easy = transfer(address, &text);
    curl_multi_add_handle(multi, easy);
    int running = 1, connection = -1, served = 0;
    while (running || !served) {
        if (connection < 0 && is_ready(listener))
            connection = accept(listener, NULL, NULL);
        if (connection >= 0 && !served && is_ready(connection)) {
            serve(connection);
            served = 1;
        }
        CHECK_EQUAL(curl_multi_perform(multi, &running), CURLM_OK);
        curl_multi_poll(multi, NULL, 0, 1, NULL);
    }
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    CHECK_EQUAL(status, 200);
    text.characters[text.length] = '\0';
    snprintf(expected, sizeof expected, "served by rank %d", (check_rank + check_size - 1) % check_size);
    CHECK(strcmp(text.characters, expected) == 0);
    curl_multi_remove_handle(multi, easy);
    curl_easy_cleanup(easy);
    curl_multi_cleanup(multi);
    close(listener);
    interleave();
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    /* The memory functions that even ranks give it count there and not elsewhere. */
    if (check_rank % 2 == 0)
        CHECK_EQUAL(curl_global_init_mem(CURL_GLOBAL_ALL, count_allocation, free, realloc, strdup, calloc), CURLE_OK);
    else
        CHECK_EQUAL(curl_global_init(CURL_GLOBAL_ALL), CURLE_OK);
    files();
    ring();
    static struct text text;
    CURL *easy = transfer("unheard-of://nowhere", &text);
    CHECK_EQUAL(curl_easy_perform(easy), CURLE_UNSUPPORTED_PROTOCOL);
    curl_easy_cleanup(easy);
    interleave();
    CHECK_EQUAL(allocations > 0, check_rank % 2 == 0);
    curl_global_cleanup();
    return finish("libcurl");
}
