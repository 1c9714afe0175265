/*
 * The C++ binding of MPI-2 (libmpichcxx): point-to-point, operations and attribute functions written in C++, exceptions.
 *
 * test: ranks 1 2 4
 * test: mpich-only
 */
#include <mpi.h>
#include <iostream>
#include <vector>
#include <cstring>
#include <cstdlib>
#include <complex>
static void say(const char *what, long v) { if (MPI::COMM_WORLD.Get_rank() == 0) std::cout << what << " " << v << std::endl; }
static void addmul(const void *a, void *b, int n, const MPI::Datatype &t) {
  const int *x = (const int *)a; int *y = (int *)b;
  for (int i = 0; i < n; i++) y[i] = x[i];
  if (t != MPI::INT) std::cout << "wrong type in op" << std::endl;
}
static int copies, deletes;
static int copyfn(const MPI::Comm &c, int key, void *extra, void *in, void *out, bool &flag) {
  copies++; *(void **)out = (char *)in + 1; flag = true; (void)c; (void)key; (void)extra; return MPI::SUCCESS; }
static int delfn(MPI::Comm &c, int key, void *v, void *extra) { deletes++; (void)c;(void)key;(void)v;(void)extra; return MPI::SUCCESS; }
static int handled;
static void handler(MPI::Comm &c, int *code, ...) { handled = *code; (void)c; }
static int tcopies;
static int typecopy(const MPI::Datatype &c, int key, void *extra, void *in, void *out, bool &flag) { tcopies++; *(void**)out = in; flag = true; (void)c;(void)key;(void)extra; return 0; }
static int typedel(MPI::Datatype &c, int key, void *v, void *extra) { (void)c;(void)key;(void)v;(void)extra; return 0; }
static int query(void *extra, MPI::Status &s) { s.Set_elements(MPI::INT, *(int*)extra); s.Set_source(7); s.Set_tag(8); s.Set_cancelled(false); return 0; }
static int freef(void *extra) { (*(int*)extra)++; return 0; }
static int cancelf(void *extra, bool complete) { (void)extra; (void)complete; return 0; }
int main(int argc, char **argv) {
  MPI::Init(argc, argv);
  int rank = MPI::COMM_WORLD.Get_rank(), size = MPI::COMM_WORLD.Get_size();
  say("size", size); say("init", MPI::Is_initialized());
  { // point to point
    int token = rank;
    if (size > 1) {
      MPI::Status s;
      int next = (rank + 1) % size, prev = (rank + size - 1) % size, got = -1;
      MPI::COMM_WORLD.Sendrecv(&token, 1, MPI::INT, next, 3, &got, 1, MPI::INT, prev, 3, s);
      say("sendrecv", got); say("source", s.Get_source()); say("count", s.Get_count(MPI::INT));
      MPI::Request r[2];
      std::vector<double> big(20000, rank), in(20000);
      r[0] = MPI::COMM_WORLD.Irecv(&in[0], 20000, MPI::DOUBLE, prev, 9);
      r[1] = MPI::COMM_WORLD.Isend(&big[0], 20000, MPI::DOUBLE, next, 9);
      MPI::Status ss[2]; MPI::Request::Waitall(2, r, ss); say("big", (long)in[19999]); say("bigcount", ss[0].Get_count(MPI::DOUBLE));
      if (rank == 0) { MPI::COMM_WORLD.Send(&token, 1, MPI::INT, 1, 4); }
      if (rank == 1) { MPI::COMM_WORLD.Probe(MPI::ANY_SOURCE, MPI::ANY_TAG, s); MPI::COMM_WORLD.Recv(&got, 1, MPI::INT, s.Get_source(), s.Get_tag()); }
      MPI::Prequest p = MPI::COMM_WORLD.Send_init(&token, 1, MPI::INT, next, 5); MPI::Prequest q = MPI::COMM_WORLD.Recv_init(&got, 1, MPI::INT, prev, 5);
      for (int i = 0; i < 3; i++) { q.Start(); p.Start(); p.Wait(); while (!q.Test()) ; }
      say("persistent", got); p.Free(); q.Free();
    }
  }
  { // ops
    MPI::Op op; op.Init((MPI::User_function *)addmul, false);
    int v = rank + 1, res = 0; MPI::COMM_WORLD.Allreduce(&v, &res, 1, MPI::INT, op); say("userop", res); op.Free();
    std::complex<double> z(rank, 1), zs; MPI::COMM_WORLD.Allreduce(&z, &zs, 1, MPI::DOUBLE_COMPLEX, MPI::SUM); say("complex", (long)zs.real()*100 + (long)zs.imag());
    bool b = rank == 0, any; MPI::COMM_WORLD.Allreduce(&b, &any, 1, MPI::BOOL, MPI::LOR); say("bool", any);
    std::complex<float> cf(rank,2), cfs; MPI::COMM_WORLD.Reduce(&cf, &cfs, 1, MPI::COMPLEX, MPI::SUM, 0); say("cf", (long)cfs.imag());
    std::complex<long double> ld(rank,2), lds; MPI::COMM_WORLD.Reduce(&ld, &lds, 1, MPI::LONG_DOUBLE_COMPLEX, MPI::PROD, 0); say("cld", (long)lds.imag());
  }
  { MPI::Intracomm half = MPI::COMM_WORLD.Split(rank % 2, -rank); say("split", half.Get_rank()); say("splitsize", half.Get_size());
    if (size > 1) { MPI::Intercomm inter = half.Create_intercomm(0, MPI::COMM_WORLD, rank % 2 ? (size-1)/2*2 : ((size-2)/2*2+1), 77);
      say("remote", inter.Get_remote_size()); MPI::Intracomm m = inter.Merge(rank % 2); say("merged", m.Get_size()); 
      MPI::Comm &clone = inter.Clone(); say("clone", clone.Is_inter()); clone.Free(); delete &clone; m.Free(); inter.Free(); }
    half.Free(); }
  { // errors
    MPI::COMM_WORLD.Set_errhandler(MPI::ERRORS_THROW_EXCEPTIONS);
    try { int x; MPI::COMM_WORLD.Send(&x, 1, MPI::INT, size + 5, 0); say("not thrown", 0); }
    catch (MPI::Exception &e) { say("thrown class", e.Get_error_class()); say("same", e.Get_error_class() == MPI::ERR_RANK); say("string nonempty", strlen(e.Get_error_string()) > 0); }
    try { int x; MPI::COMM_WORLD.Send(&x, -1, MPI::INT, 0, 0); say("not thrown", 0); }
    catch (MPI::Exception e) { say("count class", e.Get_error_class() == MPI::ERR_COUNT); }
    if (size > 1) { int big[4] = {1,2,3,4}, small[1];
      if (rank == 0) MPI::COMM_WORLD.Send(big, 4, MPI::INT, 1, 1);
      if (rank == 1) try { MPI::COMM_WORLD.Recv(small, 1, MPI::INT, 0, 1); std::cout << "no truncation" << std::endl; } catch (MPI::Exception e) { if (e.Get_error_class() != MPI::ERR_TRUNCATE) std::cout << "wrong class\n"; } }
    MPI::Errhandler h = MPI::Comm::Create_errhandler(handler); MPI::COMM_WORLD.Set_errhandler(h); int x; MPI::COMM_WORLD.Send(&x, 1, MPI::INT, size + 5, 0); say("handled", MPI::Get_error_class(handled) == MPI::ERR_RANK); h.Free();
    MPI::COMM_WORLD.Set_errhandler(MPI::ERRORS_ARE_FATAL);
  }
  { int key = MPI::Comm::Create_keyval(copyfn, delfn, 0); MPI::Intracomm d0 = MPI::COMM_WORLD.Dup(); d0.Set_attr(key, (void *)41); MPI::Intracomm d1 = d0.Dup(); void *v = 0; bool f = d1.Get_attr(key, &v); say("attr", (long)v); say("found", f); d1.Free(); d0.Delete_attr(key); d0.Free(); say("copies", copies); say("deletes", deletes); MPI::Comm::Free_keyval(key);
    int *ub; say("tagub", MPI::COMM_WORLD.Get_attr(MPI::TAG_UB, &ub)); 
    int tk = MPI::Datatype::Create_keyval(typecopy, typedel, 0); MPI::Datatype ty = MPI::INT.Create_contiguous(3); ty.Commit(); ty.Set_attr(tk, (void*)5); MPI::Datatype t2 = ty.Dup(); v=0; t2.Get_attr(tk, &v); say("typeattr", (long)v); say("tcopies", tcopies); t2.Free(); ty.Free();  }
  { int dims[2] = {0, 0}; MPI::Compute_dims(size, 2, dims); bool per[2] = {true, false}; MPI::Cartcomm c = MPI::COMM_WORLD.Create_cart(2, dims, per, false); int s, d; c.Shift(0, 1, s, d); say("shift", s * 100 + d); int co[2]; c.Get_coords(c.Get_rank(), 2, co); bool rem[2] = {true, false}; MPI::Cartcomm sub = c.Sub(rem); say("sub", sub.Get_size()); bool pp[2]; int dd[2], cc[2]; c.Get_topo(2, dd, pp, cc); say("periods", pp[0]*10 + pp[1]); sub.Free(); c.Free(); 
    int index[8], edges[8]; for (int i = 0; i < size && i < 8; i++) { index[i] = i + 1; edges[i] = (i + 1) % size; } if (size <= 8) { MPI::Graphcomm g = MPI::COMM_WORLD.Create_graph(size, index, edges, false); say("neigh", g.Get_neighbors_count(g.Get_rank())); g.Free(); } }
  { MPI::Group g = MPI::COMM_WORLD.Get_group(); int r0[1] = {0}; MPI::Group h = g.Incl(1, r0); MPI::Intracomm c = MPI::COMM_WORLD.Create(h); say("create", rank == 0 ? c != MPI::COMM_NULL : c == MPI::COMM_NULL); if (c != MPI::COMM_NULL) c.Free(); g.Free(); h.Free(); }
  { int n = 3; MPI::Grequest g0; MPI::Grequest g = g0.Start(query, freef, cancelf, &n); say("gtest", g.Test()); g.Complete(); MPI::Status s; g.Wait(s); say("gcount", s.Get_count(MPI::INT)); say("gsource", s.Get_source()); say("freed", n); }
  { char name[MPI::MAX_OBJECT_NAME]; int len; MPI::COMM_WORLD.Get_name(name, len); if (!rank) std::cout << name << std::endl; MPI::Info i = MPI::Info::Create(); i.Set("a", "b"); char v[10]; say("info", i.Get("a", 9, v)); i.Free(); 
    int sc[64], sd[64], in[64], out[64]; MPI::Datatype ty[64]; for (int i = 0; i < size; i++) { sc[i] = 1; sd[i] = i * sizeof(int); in[i] = rank * 10 + i; ty[i] = MPI::INT; } MPI::COMM_WORLD.Alltoallw(in, sc, sd, ty, out, sc, sd, ty); say("alltoallw", out[size-1]); MPI::COMM_WORLD.Scan(in, out, 1, MPI::INT, MPI::SUM); MPI::COMM_WORLD.Barrier(); }
  { char buf[1000]; MPI::Attach_buffer(buf, 1000); int t = 5, g = 0; MPI::Request r = MPI::COMM_WORLD.Irecv(&g, 1, MPI::INT, rank, 0); MPI::COMM_WORLD.Bsend(&t, 1, MPI::INT, rank, 0); r.Wait(); void *b; say("detach", MPI::Detach_buffer(b)); say("self", g); MPI::Request rr = MPI::COMM_WORLD.Irecv(&g, 1, MPI::INT, rank, 0); rr.Cancel(); MPI::Status s; rr.Wait(s); say("cancelled", s.Is_cancelled()); }
  MPI::Finalize();
  if (!rank) std::cout << "final " << MPI::Is_finalized() << std::endl;
}
