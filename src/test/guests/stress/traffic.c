/*
 * Random point-to-point traffic. All ranks know the plan (a hash of seed, phase, sender and index), so each knows what it
 * will be sent; how it sends and receives is a random choice of its own. Every byte is checked, and that messages of one
 * sender with one tag arrive in order. Arguments: seed, phases, messages per rank and phase.
 *
 * test: ranks 1 3
 * test: flotilla-ranks 8 33
 * test: arguments 7 3 10
 */
#include <mpi.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TAGS 3
#define MOST 1024

static int rank, size, phases = 3, messages = 12, errors;
static uint64_t seed = 1, own;
static MPI_Comm comm;

static uint64_t mix(uint64_t x) {
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static uint64_t rnd(void) {
    return own = mix(own);
}

struct message {
    int dest, tag, bytes;
};

/* Sizes crowd around the limits: nothing, small, one below and above 256 and 8192, and now and then large. */
static struct message plan(int phase, int sender, int index) {
    static const int around[] = {0, 1, 4, 252, 256, 260, 1000, 8188, 8192, 8196, 20000};
    uint64_t h = mix(mix(mix(seed + (uint64_t)phase) + (uint64_t)sender) + (uint64_t)index);
    struct message m;
    m.dest = (int)(h % (uint64_t)size);
    m.tag = (int)((h >> 20) % TAGS);
    m.bytes = (h >> 30) % 16 == 0 ? (int)((h >> 40) % 1000000) & ~3 : around[(h >> 30) % (sizeof around / sizeof *around)];
    return m;
}

static unsigned char content(int sender, int index, int at) {
    return (unsigned char)(sender * 31 + index * 7 + at + (at >> 8));
}

static void fill(unsigned char *data, int sender, int index, int bytes) {
    for (int i = 0; i < bytes; i++) {
        data[i] = content(sender, index, i);
    }
}

static void fail(const char *what, int a, int b) {
    if (errors++ < 5) {
        printf("rank %d: %s (%d, %d)\n", rank, what, a, b);
    }
}

/* What is still to come from each sender with each tag: the index of its next message. */
static int *nexts;

static int next_index(int phase, int sender, int tag) {
    int *next = &nexts[sender * TAGS + tag];
    while (*next < messages) {
        struct message m = plan(phase, sender, *next);
        if (m.dest == rank && m.tag == tag) {
            return (*next)++;
        }
        ++*next;
    }
    return -1;
}

static void check(int phase, const unsigned char *data, int index, int sender, int tag, int bytes) {
    if (index < 0) {
        fail("a message too many from", sender, tag);
        return;
    }
    struct message m = plan(phase, sender, index);
    if (m.bytes != bytes) {
        fail("bytes expected, got", m.bytes, bytes);
        return;
    }
    for (int i = 0; i < bytes; i++) {
        if (data[i] != content(sender, index, i)) {
            fail("wrong byte at, of", i, bytes);
            return;
        }
    }
}

/* A type of the given size in bytes (a multiple of 4) with gaps, and how much memory one needs. */
static MPI_Datatype gapped(int bytes, long *extent) {
    MPI_Datatype type;
    int n = bytes / 4;
    switch (rnd() % 3) {
        case 0:
            MPI_Type_vector(n, 1, 2, MPI_INT, &type);
            *extent = 8L * n;
            break;
        case 1: {
            int lengths[2] = {n / 3, n - n / 3};
            MPI_Aint displacements[2] = {4, 4L * (n / 3) + 64};
            MPI_Type_create_hindexed(2, lengths, displacements, MPI_INT, &type);
            *extent = bytes + 64;
            break;
        }
        default: {
            MPI_Datatype one;
            MPI_Type_create_resized(MPI_INT, 0, 12, &one);
            MPI_Type_contiguous(n, one, &type);
            MPI_Type_free(&one);
            *extent = 12L * n;
        }
    }
    MPI_Type_commit(&type);
    return type;
}

struct sending {
    unsigned char *memory;
    MPI_Request request;
};

static void send_one(int phase, int index, struct sending *s) {
    struct message m = plan(phase, rank, index);
    unsigned char *packed = malloc((size_t)m.bytes + 1);
    fill(packed, rank, index, m.bytes);
    MPI_Datatype type = MPI_BYTE;
    int count = m.bytes;
    s->memory = packed;
    if (m.bytes >= 4 && m.bytes % 4 == 0 && rnd() % 3 == 0) {
        long extent;
        int position = 0;
        type = gapped(m.bytes, &extent);
        s->memory = malloc((size_t)extent + 16);
        MPI_Unpack(packed, m.bytes, &position, s->memory, 1, type, comm);
        free(packed);
        count = 1;
    }
    switch (rnd() % 6) {
        case 0: MPI_Issend(s->memory, count, type, m.dest, m.tag, comm, &s->request); break;
        case 1: MPI_Ibsend(s->memory, count, type, m.dest, m.tag, comm, &s->request); break;
        case 2: MPI_Bsend(s->memory, count, type, m.dest, m.tag, comm); s->request = MPI_REQUEST_NULL; break;
        case 3:
            MPI_Send_init(s->memory, count, type, m.dest, m.tag, comm, &s->request);
            MPI_Start(&s->request);
            break;
        case 4:
            MPI_Ssend_init(s->memory, count, type, m.dest, m.tag, comm, &s->request);
            MPI_Startall(1, &s->request);
            break;
        default: MPI_Isend(s->memory, count, type, m.dest, m.tag, comm, &s->request);
    }
    if (type != MPI_BYTE) {
        MPI_Type_free(&type);
    }
}

static int received_bytes(MPI_Status *status) {
    int bytes;
    MPI_Get_count(status, MPI_BYTE, &bytes);
    return bytes;
}

/* Receives everything with probes of the four kinds. */
static void receive_probing(int phase, int expected) {
    while (expected > 0) {
        MPI_Status status, again;
        MPI_Message message = MPI_MESSAGE_NULL;
        int flag = 1, source = MPI_ANY_SOURCE;
        int matched = (int)(rnd() % 2);
        if (rnd() % 2) {
            if (matched) {
                MPI_Mprobe(source, MPI_ANY_TAG, comm, &message, &status);
            } else {
                MPI_Probe(source, MPI_ANY_TAG, comm, &status);
            }
        } else {
            do {
                if (matched) {
                    MPI_Improbe(source, MPI_ANY_TAG, comm, &flag, &message, &status);
                } else {
                    MPI_Iprobe(source, MPI_ANY_TAG, comm, &flag, &status);
                }
            } while (!flag);
        }
        int bytes = received_bytes(&status);
        unsigned char *data = malloc((size_t)bytes + 1);
        if (!matched) {
            MPI_Recv(data, bytes, MPI_BYTE, status.MPI_SOURCE, status.MPI_TAG, comm, &again);
        } else if (rnd() % 2) {
            MPI_Mrecv(data, bytes, MPI_BYTE, &message, &again);
        } else {
            MPI_Request request;
            MPI_Imrecv(data, bytes, MPI_BYTE, &message, &request);
            MPI_Wait(&request, &again);
        }
        if (again.MPI_SOURCE != status.MPI_SOURCE || again.MPI_TAG != status.MPI_TAG || received_bytes(&again) != bytes) {
            fail("received another message than the probed one", status.MPI_SOURCE, status.MPI_TAG);
        }
        check(phase, data, next_index(phase, status.MPI_SOURCE, status.MPI_TAG), status.MPI_SOURCE, status.MPI_TAG, bytes);
        free(data);
        expected--;
    }
}

/* Posts a receive for each message: with sender and tag, or with any sender and any tag for all of them. */
static void receive_posted(int phase, int expected, int wild) {
    MPI_Request *requests = malloc(sizeof *requests * (size_t)(expected + 1));
    unsigned char **data = malloc(sizeof *data * (size_t)(expected + 1));
    int *senders = malloc(sizeof *senders * (size_t)(expected + 1)), *indices = malloc(sizeof *indices * (size_t)(expected + 1));
    MPI_Status *statuses = malloc(sizeof *statuses * (size_t)(expected + 1));
    int *done = malloc(sizeof *done * (size_t)(expected + 1));
    int n = 0, persistent = (int)(rnd() % 2);
    for (int sender = 0; sender < size; sender++) {
        for (int i = 0; i < messages; i++) {
            struct message m = plan(phase, sender, i);
            if (m.dest != rank) {
                continue;
            }
            int room = wild ? 1000000 : m.bytes + (int)(rnd() % 2) * 100;
            data[n] = malloc((size_t)room + 1);
            int from = wild ? MPI_ANY_SOURCE : sender, tag = wild ? MPI_ANY_TAG : m.tag;
            senders[n] = sender;
            indices[n] = i;
            if (persistent) {
                MPI_Recv_init(data[n], room, MPI_BYTE, from, tag, comm, &requests[n]);
                MPI_Start(&requests[n]);
            } else {
                MPI_Irecv(data[n], room, MPI_BYTE, from, tag, comm, &requests[n]);
            }
            n++;
        }
    }
    if (wild) {
        /* Receives match in the order they were posted, so walking them in that order must meet each sender's in its order. */
        MPI_Waitall(n, requests, statuses);
        for (int i = 0; i < n; i++) {
            int s = statuses[i].MPI_SOURCE, t = statuses[i].MPI_TAG;
            check(phase, data[i], next_index(phase, s, t), s, t, received_bytes(&statuses[i]));
        }
    } else {
        int left = n, way = (int)(rnd() % 5);
        while (left > 0) {
            int count = 0, flag = 1;
            switch (way) {
                case 0: MPI_Waitany(n, requests, &done[0], &statuses[0]); count = 1; break;
                case 1: MPI_Testany(n, requests, &done[0], &flag, &statuses[0]); count = flag ? 1 : 0; break;
                case 2: MPI_Waitsome(n, requests, &count, done, statuses); break;
                case 3: MPI_Testsome(n, requests, &count, done, statuses); break;
                default: {
                    MPI_Testall(n, requests, &flag, statuses);
                    if (flag) {
                        count = n;
                        for (int i = 0; i < n; i++) {
                            done[i] = i;
                        }
                    }
                }
            }
            for (int i = 0; i < count; i++) {
                int r = done[i];
                if (r < 0 || r >= n) {
                    fail("index of a completed request", r, count);
                    return;
                }
                if (statuses[i].MPI_SOURCE != senders[r]) {
                    fail("source expected, got", senders[r], statuses[i].MPI_SOURCE);
                }
                check(phase, data[r], indices[r], senders[r], statuses[i].MPI_TAG, received_bytes(&statuses[i]));
            }
            left -= count;
        }
    }
    for (int i = 0; i < n; i++) {
        if (requests[i] != MPI_REQUEST_NULL) {
            MPI_Request_free(&requests[i]);
        } else if (persistent) {
            fail("a persistent request is gone", i, n);
        }
        free(data[i]);
    }
    free(requests), free(data), free(senders), free(indices), free(statuses), free(done);
}

/* A receive that nothing matches, and a send that may be withdrawn before it is received. */
static void cancelling(void) {
    int value = rank, got = -1, flag;
    MPI_Request request;
    MPI_Status status;
    MPI_Irecv(&got, 1, MPI_INT, MPI_ANY_SOURCE, 999, comm, &request);
    MPI_Cancel(&request);
    MPI_Wait(&request, &status);
    MPI_Test_cancelled(&status, &flag);
    if (!flag) {
        fail("a receive was not cancelled", rank, 0);
    }
    int to = (rank + 1) % size, from = (rank + size - 1) % size;
    MPI_Issend(&value, 1, MPI_INT, to, 998, comm, &request);
    MPI_Cancel(&request);
    int cancelled = 0, other;
    /* A send whose cancellation failed completes only when it is received, so say which before waiting. */
    int complete;
    MPI_Test(&request, &complete, &status);
    if (complete) {
        MPI_Test_cancelled(&status, &cancelled);
    }
    MPI_Sendrecv(&cancelled, 1, MPI_INT, to, 997, &other, 1, MPI_INT, from, 997, comm, MPI_STATUS_IGNORE);
    if (!other) {
        MPI_Recv(&got, 1, MPI_INT, from, 998, comm, MPI_STATUS_IGNORE);
        if (got != from) {
            fail("a message after a failed cancel", got, from);
        }
    }
    if (!complete) {
        MPI_Wait(&request, MPI_STATUS_IGNORE);
    }
    MPI_Barrier(comm);
    MPI_Iprobe(MPI_ANY_SOURCE, 998, comm, &flag, MPI_STATUS_IGNORE);
    if (flag) {
        fail("a cancelled message is there", rank, 0);
    }
}

int main(int argc, char **argv) {
    MPI_Init(&argc, &argv);
    seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    phases = argc > 2 ? atoi(argv[2]) : phases;
    messages = argc > 3 ? atoi(argv[3]) : messages;
    MPI_Comm_dup(MPI_COMM_WORLD, &comm);
    MPI_Comm_rank(comm, &rank);
    MPI_Comm_size(comm, &size);
    own = mix(seed * 1000 + (uint64_t)rank);
    nexts = malloc(sizeof *nexts * (size_t)(size * TAGS));
    struct sending *sends = malloc(sizeof *sends * (size_t)messages);
    size_t space = (size_t)messages * (1000000 + MPI_BSEND_OVERHEAD);
    MPI_Buffer_attach(malloc(space), (int)space);
    for (int phase = 0; phase < phases; phase++) {
        memset(nexts, 0, sizeof *nexts * (size_t)(size * TAGS));
        int expected = 0;
        for (int sender = 0; sender < size; sender++) {
            for (int i = 0; i < messages; i++) {
                expected += plan(phase, sender, i).dest == rank;
            }
        }
        for (int i = 0; i < messages; i++) {
            send_one(phase, i, &sends[i]);
        }
        switch (rnd() % 3) {
            case 0: receive_probing(phase, expected); break;
            case 1: receive_posted(phase, expected, 0); break;
            default: receive_posted(phase, expected, expected < 40);
        }
        for (int i = 0; i < messages; i++) {
            MPI_Wait(&sends[i].request, MPI_STATUS_IGNORE);
            if (sends[i].request != MPI_REQUEST_NULL) {
                MPI_Request_free(&sends[i].request);
            }
        }
        void *buffer;
        int bytes;
        MPI_Buffer_detach(&buffer, &bytes); /* waits for the buffered ones, so that their memory can go */
        MPI_Buffer_attach(buffer, bytes);
        for (int i = 0; i < messages; i++) {
            free(sends[i].memory);
        }
        MPI_Barrier(comm); /* receives from any sender must not meet what comes now */
        cancelling();
    }
    int all;
    MPI_Allreduce(&errors, &all, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    if (rank == 0) {
        printf("%s\n", all ? "traffic: errors" : "traffic: all messages arrived");
    }
    MPI_Comm_free(&comm);
    MPI_Finalize();
    return all != 0;
}
