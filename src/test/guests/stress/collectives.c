/*
 * Random collectives on random communicators. Every rank draws from the same sequence, so all agree on what comes next; on a
 * communicator several calls are under way at once, completed in an order that each rank chooses for itself, while blocking
 * ones run in between. Results are compared with what each rank can compute alone. Arguments: seed, rounds.
 *
 * test: ranks 1 3
 * test: flotilla-ranks 8 17
 * test: arguments 11 3
 */
#include <mpi.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PENDING 6
#define MOST_COUNT 3000

static int world_rank, errors;
static uint64_t common, own;

static uint64_t mix(uint64_t x) {
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* The same for all ranks, and each rank's own. */
static unsigned all(unsigned below) {
    return (unsigned)((common = mix(common)) % below);
}

static unsigned mine(unsigned below) {
    return (unsigned)((own = mix(own)) % below);
}

static void fail(const char *what, long got, long expected) {
    if (errors++ < 5) {
        printf("rank %d: %s: %ld, expected %ld\n", world_rank, what, got, expected);
    }
}

/* Composition of affine maps, x -> a x + b modulo 2^32: associative and not commutative. */
struct map {
    uint32_t a, b;
};

static void compose(void *in, void *inout, int *count, MPI_Datatype *type) {
    struct map *f = in, *g = inout;
    (void)type;
    for (int i = 0; i < *count; i++) {
        struct map h = {g[i].a * f[i].a, g[i].a * f[i].b + g[i].b}; /* first f, then g */
        g[i] = h;
    }
    if (mine(40) == 0) {
        usleep(200); /* others run while an operation does */
    }
}

static MPI_Op op;
static MPI_Datatype map_type;

static struct map map_of(unsigned salt, int rank, int i) {
    uint64_t h = mix(salt * 1000003u + (unsigned)rank * 977u + (unsigned)i);
    struct map m = {(uint32_t)h | 1, (uint32_t)(h >> 32)};
    return m;
}

static int value(unsigned salt, int from, int to, int i) {
    return (int)(mix(salt * 31u + (unsigned)from * 1009u + (unsigned)to * 9176u + (unsigned)i) & 0xffff);
}

struct pending {
    MPI_Request request;
    int kind, root, count, rank, size;
    unsigned salt;
    void *in, *out;
    int *counts, *displacements, *counts2, *displacements2;
};

enum { BARRIER, BCAST, REDUCE, ALLREDUCE, SCAN, EXSCAN, GATHER, SCATTER, ALLGATHER, ALLTOALL, GATHERV, ALLGATHERV, ALLTOALLV,
       REDUCE_SCATTER_BLOCK, COMPOSE, COMPOSE_SCAN, ALLREDUCE_IN_PLACE, KINDS };

static int v_count(unsigned salt, int i, int j, int count) {
    return (int)(mix(salt + (unsigned)i * 131u + (unsigned)j * 17u) % (unsigned)(count + 1));
}

static void begin(MPI_Comm comm, struct pending *p, int blocking) {
    int n, r, s;
    p->kind = (int)all(KINDS);
    static const int counts[] = {0, 1, 2, 7, 64, 65, 513, MOST_COUNT};
    n = p->count = counts[all(8)];
    p->salt = all(1u << 30);
    unsigned root = all(1u << 20);
    MPI_Comm_rank(comm, &r);
    MPI_Comm_size(comm, &s);
    if (s > 12 && n > 513) {
        n = p->count = 100;
    }
    p->root = (int)(root % (unsigned)s);
    p->rank = r;
    p->size = s;
    int *in = p->in = malloc(sizeof(struct map) * (size_t)(n * s + 1)), *out = p->out = malloc(sizeof(struct map) * (size_t)(n * s + 1));
    memset(out, 0x55, sizeof(struct map) * (size_t)(n * s + 1));
    p->counts = calloc((size_t)s * 4, sizeof(int));
    p->displacements = p->counts + s;
    p->counts2 = p->counts + 2 * s;
    p->displacements2 = p->counts + 3 * s;
    p->request = MPI_REQUEST_NULL;
    for (int to = 0; to < s; to++) {
        for (int i = 0; i < n; i++) {
            in[to * n + i] = value(p->salt, r, to, i);
        }
    }
#define CALL(blocking_call, nonblocking_call) if (blocking) blocking_call; else nonblocking_call
    MPI_Request *q = &p->request;
    switch (p->kind) {
        case BARRIER: CALL(MPI_Barrier(comm), MPI_Ibarrier(comm, q)); break;
        case BCAST:
            if (r == p->root) {
                for (int i = 0; i < n; i++) out[i] = value(p->salt, r, 0, i);
            }
            CALL(MPI_Bcast(out, n, MPI_INT, p->root, comm), MPI_Ibcast(out, n, MPI_INT, p->root, comm, q));
            break;
        case REDUCE:
            CALL(MPI_Reduce(in, out, n, MPI_INT, MPI_SUM, p->root, comm), MPI_Ireduce(in, out, n, MPI_INT, MPI_SUM, p->root, comm, q));
            break;
        case ALLREDUCE: CALL(MPI_Allreduce(in, out, n, MPI_INT, MPI_MAX, comm), MPI_Iallreduce(in, out, n, MPI_INT, MPI_MAX, comm, q)); break;
        case ALLREDUCE_IN_PLACE:
            memcpy(out, in, sizeof(int) * (size_t)n);
            CALL(MPI_Allreduce(MPI_IN_PLACE, out, n, MPI_INT, MPI_SUM, comm), MPI_Iallreduce(MPI_IN_PLACE, out, n, MPI_INT, MPI_SUM, comm, q));
            break;
        case SCAN: CALL(MPI_Scan(in, out, n, MPI_INT, MPI_SUM, comm), MPI_Iscan(in, out, n, MPI_INT, MPI_SUM, comm, q)); break;
        case EXSCAN: CALL(MPI_Exscan(in, out, n, MPI_INT, MPI_SUM, comm), MPI_Iexscan(in, out, n, MPI_INT, MPI_SUM, comm, q)); break;
        case GATHER:
            CALL(MPI_Gather(in, n, MPI_INT, out, n, MPI_INT, p->root, comm), MPI_Igather(in, n, MPI_INT, out, n, MPI_INT, p->root, comm, q));
            break;
        case SCATTER:
            CALL(MPI_Scatter(in, n, MPI_INT, out, n, MPI_INT, p->root, comm), MPI_Iscatter(in, n, MPI_INT, out, n, MPI_INT, p->root, comm, q));
            break;
        case ALLGATHER:
            CALL(MPI_Allgather(in, n, MPI_INT, out, n, MPI_INT, comm), MPI_Iallgather(in, n, MPI_INT, out, n, MPI_INT, comm, q));
            break;
        case ALLTOALL: CALL(MPI_Alltoall(in, n, MPI_INT, out, n, MPI_INT, comm), MPI_Ialltoall(in, n, MPI_INT, out, n, MPI_INT, comm, q)); break;
        case GATHERV:
        case ALLGATHERV:
            for (int i = 0; i < s; i++) {
                p->counts[i] = v_count(p->salt, i, 0, n);
                p->displacements[i] = (s - 1 - i) * n;
            }
            if (p->kind == GATHERV) {
                CALL(MPI_Gatherv(in, p->counts[r], MPI_INT, out, p->counts, p->displacements, MPI_INT, p->root, comm),
                     MPI_Igatherv(in, p->counts[r], MPI_INT, out, p->counts, p->displacements, MPI_INT, p->root, comm, q));
            } else {
                CALL(MPI_Allgatherv(in, p->counts[r], MPI_INT, out, p->counts, p->displacements, MPI_INT, comm),
                     MPI_Iallgatherv(in, p->counts[r], MPI_INT, out, p->counts, p->displacements, MPI_INT, comm, q));
            }
            break;
        case ALLTOALLV:
            for (int i = 0; i < s; i++) {
                p->counts[i] = v_count(p->salt, r, i, n);
                p->counts2[i] = v_count(p->salt, i, r, n);
                p->displacements[i] = p->displacements2[i] = i * n;
            }
            CALL(MPI_Alltoallv(in, p->counts, p->displacements, MPI_INT, out, p->counts2, p->displacements2, MPI_INT, comm),
                 MPI_Ialltoallv(in, p->counts, p->displacements, MPI_INT, out, p->counts2, p->displacements2, MPI_INT, comm, q));
            break;
        case REDUCE_SCATTER_BLOCK:
            CALL(MPI_Reduce_scatter_block(in, out, n, MPI_INT, MPI_SUM, comm), MPI_Ireduce_scatter_block(in, out, n, MPI_INT, MPI_SUM, comm, q));
            break;
        case COMPOSE:
        case COMPOSE_SCAN:
            for (int i = 0; i < n; i++) ((struct map *)p->in)[i] = map_of(p->salt, r, i);
            if (p->kind == COMPOSE) {
                CALL(MPI_Allreduce(in, out, n, map_type, op, comm), MPI_Iallreduce(in, out, n, map_type, op, comm, q));
            } else {
                CALL(MPI_Scan(in, out, n, map_type, op, comm), MPI_Iscan(in, out, n, map_type, op, comm, q));
            }
            break;
    }
}

static void expect(const char *what, const int *got, int i, long expected) {
    if (got[i] != (int)expected) {
        fail(what, got[i], (int)expected);
    }
}

static void end(struct pending *p) {
    int n = p->count, r = p->rank, s = p->size, *out = p->out;
    unsigned salt = p->salt;
    for (int i = 0; i < n; i++) {
        long sum = 0, most = 0, before = 0, block = 0;
        struct map m = {1, 0};
        for (int k = 0; k < s; k++) {
            long v = value(salt, k, 0, i);
            sum += v;
            most = v > most ? v : most;
            before += k < r ? v : 0;
            block += value(salt, k, r, i);
            if (p->kind == COMPOSE || (p->kind == COMPOSE_SCAN && k <= r)) {
                struct map g = map_of(salt, k, i), h = {g.a * m.a, g.a * m.b + g.b};
                m = h;
            }
        }
        switch (p->kind) {
            case BCAST: expect("bcast", out, i, value(salt, p->root, 0, i)); break;
            case REDUCE: if (r == p->root) expect("reduce", out, i, sum); break;
            case ALLREDUCE: expect("allreduce", out, i, most); break;
            case ALLREDUCE_IN_PLACE: expect("allreduce in place", out, i, sum); break;
            case SCAN: expect("scan", out, i, before + value(salt, r, 0, i)); break;
            case EXSCAN: if (r > 0) expect("exscan", out, i, before); break;
            case SCATTER: expect("scatter", out, i, value(salt, p->root, r, i)); break;
            case REDUCE_SCATTER_BLOCK: expect("reduce_scatter_block", out, i, block); break;
            case COMPOSE:
            case COMPOSE_SCAN:
                if (memcmp(&((struct map *)out)[i], &m, sizeof m) != 0) {
                    fail("own operation", (long)((struct map *)out)[i].b, (long)m.b);
                }
                break;
            default: break;
        }
        for (int k = 0; k < s; k++) {
            switch (p->kind) {
                case GATHER: if (r == p->root) expect("gather", out, k * n + i, value(salt, k, 0, i)); break;
                case ALLGATHER: expect("allgather", out, k * n + i, value(salt, k, 0, i)); break;
                case ALLTOALL: expect("alltoall", out, k * n + i, value(salt, k, r, i)); break;
                case GATHERV:
                case ALLGATHERV:
                    if (r == p->root || p->kind == ALLGATHERV) {
                        expect("gatherv", out, p->displacements[k] + i, i < p->counts[k] ? value(salt, k, 0, i) : 0x55555555);
                    }
                    break;
                case ALLTOALLV: expect("alltoallv", out, k * n + i, i < p->counts2[k] ? value(salt, k, r, i) : 0x55555555); break;
                default: break;
            }
        }
    }
    free(p->in), free(p->out), free(p->counts);
    p->in = NULL;
}

static void finish_one(struct pending *p) {
    int flag = 0;
    if (mine(2)) {
        MPI_Wait(&p->request, MPI_STATUS_IGNORE);
    } else {
        while (!flag) {
            MPI_Test(&p->request, &flag, MPI_STATUS_IGNORE);
        }
    }
    end(p);
}

/* Several calls under way, blocking ones between them; each rank finishes them in its own order. */
static void storm(MPI_Comm comm) {
    struct pending pending[PENDING];
    int n = 1 + (int)all(PENDING), done[PENDING] = {0};
    for (int i = 0; i < n; i++) {
        begin(comm, &pending[i], 0);
        if (all(3) == 0) {
            struct pending now;
            begin(comm, &now, 1);
            end(&now);
        }
    }
    for (int left = n; left > 0;) {
        int i = (int)mine((unsigned)n);
        if (!done[i]) {
            finish_one(&pending[i]);
            done[i] = 1;
            left--;
        }
    }
}

/* An intercommunicator between the two halves of a communicator, and its merger. */
static void between(MPI_Comm comm) {
    int rank, size, remote, value, sum = -1;
    MPI_Comm_rank(comm, &rank);
    MPI_Comm_size(comm, &size);
    if (size < 2) {
        return;
    }
    MPI_Comm half, inter, merged, copy;
    int border = 1 + (int)all((unsigned)size - 1), high = rank >= border;
    MPI_Comm_split(comm, high, rank, &half);
    MPI_Intercomm_create(half, 0, comm, high ? 0 : border, 5, &inter);
    MPI_Comm_remote_size(inter, &remote);
    if (remote != (high ? border : size - border)) {
        fail("remote size", remote, border);
    }
    value = rank + 1;
    MPI_Request request;
    MPI_Iallreduce(&value, &sum, 1, MPI_INT, MPI_SUM, inter, &request);
    MPI_Comm_dup(inter, &copy);
    MPI_Wait(&request, MPI_STATUS_IGNORE);
    int low = border * (border + 1) / 2, total = size * (size + 1) / 2;
    if (sum != (high ? low : total - low)) {
        fail("sum of the other side", sum, low);
    }
    MPI_Intercomm_merge(copy, high, &merged);
    int there;
    MPI_Comm_rank(merged, &there);
    if (there != rank) {
        fail("rank in the merger", there, rank);
    }
    storm(merged);
    MPI_Comm_free(&merged), MPI_Comm_free(&copy), MPI_Comm_free(&inter), MPI_Comm_free(&half);
}

/* Communicators of groups that overlap, made at the same time by members that call in different orders of time. */
static void groups(MPI_Comm comm) {
    int rank, size;
    MPI_Comm_rank(comm, &rank);
    MPI_Comm_size(comm, &size);
    MPI_Group group, part;
    MPI_Comm_group(comm, &group);
    int range[1][3] = {{0, size - 1, 1}};
    int parity = rank % 2;
    range[0][0] = parity;
    range[0][2] = 2;
    if (size > 1 || parity == 0) {
        MPI_Comm sub;
        MPI_Group_range_incl(group, 1, range, &part);
        MPI_Comm_create_group(comm, part, 3 + parity, &sub);
        int sum, one = 1, members;
        MPI_Allreduce(&one, &sum, 1, MPI_INT, MPI_SUM, sub);
        MPI_Group_size(part, &members);
        if (sum != members) {
            fail("members of a group's communicator", sum, members);
        }
        MPI_Comm_free(&sub);
        MPI_Group_free(&part);
    }
    MPI_Group_free(&group);
}

int main(int argc, char **argv) {
    MPI_Init(&argc, &argv);
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    int rounds = argc > 2 ? atoi(argv[2]) : 6, size;
    MPI_Comm_rank(MPI_COMM_WORLD, &world_rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    own = mix(seed * 7919 + (uint64_t)world_rank);
    MPI_Type_contiguous(2, MPI_UINT32_T, &map_type);
    MPI_Type_commit(&map_type);
    MPI_Op_create(compose, 0, &op);
    for (int round = 0; round < rounds; round++) {
        common = mix(seed + (uint64_t)round * 101);
        MPI_Comm sub, copy;
        int color = (int)(mix(common + (uint64_t)world_rank) % 3);
        storm(MPI_COMM_WORLD);
        between(MPI_COMM_WORLD);
        common = mix(seed + (uint64_t)round * 103);
        MPI_Comm_split(MPI_COMM_WORLD, color, mine(2) ? world_rank : world_rank, &sub);
        common += (uint64_t)color; /* from here on the parts go different ways */
        storm(sub);
        if (all(2)) {
            MPI_Comm_dup(sub, &copy);
        } else {
            MPI_Request request;
            MPI_Comm_idup(sub, &copy, &request);
            struct pending now;
            begin(sub, &now, 1);
            end(&now);
            MPI_Wait(&request, MPI_STATUS_IGNORE);
        }
        between(copy);
        groups(copy);
        storm(copy);
        MPI_Comm_free(&sub);
        storm(copy);
        MPI_Comm_free(&copy);
    }
    MPI_Op_free(&op);
    MPI_Type_free(&map_type);
    int total;
    MPI_Allreduce(&errors, &total, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    if (world_rank == 0) {
        printf("%s\n", total ? "collectives: errors" : "collectives: all as computed");
    }
    MPI_Finalize();
    return total != 0;
}
