package flotilla.mpi.collective;

import flotilla.abi.StandardAbi;
import flotilla.mpi.core.NativeBlock;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * MPI_Bcast, MPI_Gather(v) and MPI_Scatter(v) (MPI-3.1 sections 5.4 to 5.6): data goes between the root and each other
 * member, the leaves. Leaves have nothing to do with each other.
 *
 * <p>A leaf that finds the root there moves its data itself. One that comes first registers and waits; the root, when it
 * arrives, wakes the registered ones and moves data for as many as it can get hold of before they do so themselves. Small data
 * needs no waiting: the root of a broadcast or scatter leaves a copy and goes on, and so does an early leaf of a gather.
 *
 * <p>Both sides publish themselves, then look for the other (sequentially consistent accesses): at least one sees the
 * other. An exchange of the leaf's slot decides who moves its data.
 */
final class RootedCollective extends Collective {
    /** Data up to here is left behind by a root. */
    private static final int ROOT_STORE = 8 << 10;
    /** The same for all parts of a scatter together. */
    private static final int SCATTER_STORE = 64 << 10;
    /** Data up to here is left behind by a leaf; fewer when there are many, who might all be ahead of the root. */
    private static final int LEAF_STORE = 4 << 10;
    private static final int LEAVES_STORE = 1 << 20;

    /** In a slot: somebody moves the leaf's data. */
    private static final Object TAKEN = new Object();
    /** In a slot: the leaf's data has been moved. */
    private static final Object MOVED = new Object();
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);

    private final boolean inter;
    private final AtomicInteger arrived = new AtomicInteger();
    /** Whether data goes from the leaves to the root. */
    private final boolean inward;
    private final int firstLeaf;
    /** Index of the root among the leaves, whose own part is moved on arrival; -1 on an intercommunicator. */
    private int rootLeaf;
    /** By leaf: null, a waiting {@link Contribution}, {@link #TAKEN}, {@link #MOVED}, or a {@link NativeBlock} left behind. */
    private final Object[] slots;
    /** Leaves whose data has not been moved. */
    private final AtomicInteger remaining = new AtomicInteger();
    /** The root, once it is there. */
    private volatile Contribution root;
    /** What the root of a broadcast or scatter left behind; valid when {@link #root} is set and this is not null. */
    private NativeBlock store;
    /** Where each leaf's part of a scatter begins in the store, and where the last ends; made on first use. */
    private long[] offsets;

    RootedCollective(Contribution first) {
        super(first);
        inter = first.comm.isInter();
        inward = first.kind == CollectiveKind.GATHER;
        firstLeaf = firstLeaf(first);
        slots = new Object[leaves(first)];
    }

    @Override
    void begin(Contribution first) {
        super.begin(first);
        rootLeaf = inter ? -1 : first.root;
        Arrays.fill(slots, null);
        arrived.set(0);
        remaining.set(inter ? slots.length : slots.length - 1);
        root = null;
        store = null;
    }

    /** Position of the first member that is a leaf, for rooted calls: the group without the root, or everybody. */
    static int firstLeaf(Contribution member) {
        if (!member.comm.isInter()) {
            return 0;
        }
        int side = isRootSide(member) ? 1 - member.comm.side : member.comm.side;
        return side == 0 ? 0 : sizeOfFirst(member);
    }

    static int leaves(Contribution member) {
        return member.comm.isInter() && isRootSide(member) ? member.comm.remoteGroup.size() : member.comm.size();
    }

    private static int sizeOfFirst(Contribution member) {
        return member.comm.side == 0 ? member.comm.size() : member.comm.remoteGroup.size();
    }

    private static boolean isRootSide(Contribution member) {
        return member.root == StandardAbi.ROOT || member.root == StandardAbi.PROC_NULL;
    }

    /** A member of the root's group in a rooted call on an intercommunicator that is not the root: it has no part in it. */
    static boolean isBystander(Contribution member) {
        return member.root == StandardAbi.PROC_NULL && switch (member.kind) {
            case BCAST, GATHER, SCATTER, REDUCE -> true;
            default -> false;
        };
    }

    static MpiException differentRoots(Contribution member, int root) {
        return new MpiException(ErrorClass.ROOT, "root = " + member.root + ", and other ranks of " + member.comm.describe()
                + " say " + root);
    }

    @Override
    void check(Contribution member) {
        super.check(member);
        if (!inter && member.root != rootLeaf) {
            throw differentRoots(member, rootLeaf);
        }
        if (firstLeaf(member) != firstLeaf) {
            throw new MpiException(ErrorClass.ROOT, "both groups of " + member.comm.describe() + " say that the root is in the other one");
        }
    }

    private boolean isRoot(Contribution member) {
        return inter ? member.root == StandardAbi.ROOT : member.position == rootLeaf;
    }

    @Override
    int join(Contribution member) {
        if (!inter && arrived.incrementAndGet() == slots.length) {
            member.reusePassed();
        }
        if (isRoot(member)) {
            joinAsRoot(member);
        } else {
            joinAsLeaf(member);
        }
        return 0;
    }

    // The root.

    private void joinAsRoot(Contribution member) {
        if (rootLeaf >= 0 && kind != CollectiveKind.BCAST && !member.inPlace) {
            if (Parts.copy(member.send, inward ? 0 : rootLeaf, member.receive, inward ? rootLeaf : 0)) {
                member.failure = truncated(member, member.send.bytes(rootLeaf), member.receive.bytes(rootLeaf), rootLeaf);
            }
        }
        boolean left = !inward && member.isEager() && remaining.get() > 0 && leaveBehind(member);
        if (left) {
            member.finished = true;
        }
        root = member;
        for (int i = 0; i < slots.length; i++) {
            if (SLOT.getVolatile(slots, i) instanceof Contribution leaf && (left || leaf.blocking)) {
                leaf.rank.wake();
            }
        }
        if (!left) {
            // From behind: the woken ones begin in front, on other PEs.
            for (int i = slots.length - 1; i >= 0; i--) {
                if (SLOT.getVolatile(slots, i) instanceof Contribution leaf && SLOT.compareAndSet(slots, i, leaf, TAKEN)) {
                    move(member, leaf, i);
                    SLOT.setVolatile(slots, i, MOVED);
                    leaf.rank.wake();
                    remaining.decrementAndGet();
                }
            }
        }
    }

    /** Copies the data of a broadcast or scatter into a store, if it is small. */
    private boolean leaveBehind(Contribution member) {
        if (kind == CollectiveKind.BCAST) {
            long bytes = member.send.bytes(0);
            if (bytes > ROOT_STORE) {
                return false;
            }
            NativeBlock block = NativeBlock.take(bytes);
            block.length = member.send.pack(0, block.address);
            store = block;
            return true;
        }
        if (offsets == null) {
            offsets = new long[slots.length + 1];
        }
        long[] starts = offsets;
        for (int i = 0; i < slots.length; i++) {
            starts[i + 1] = starts[i] + (i == rootLeaf ? 0 : member.send.bytes(i));
            if (starts[i + 1] > SCATTER_STORE) {
                return false;
            }
        }
        NativeBlock block = NativeBlock.take(starts[slots.length]);
        for (int i = 0; i < slots.length; i++) {
            if (i != rootLeaf) {
                member.send.pack(i, block.address + starts[i]);
            }
        }
        store = block;
        return true;
    }

    // A leaf.

    private void joinAsLeaf(Contribution member) {
        int index = member.position - firstLeaf;
        Contribution present = root;
        if (present != null) {
            if (store != null) {
                takeFromStore(member, index);
            } else {
                move(present, member, index);
                count();
            }
            member.finished = true;
        } else if (inward && member.isEager() && member.send.bytes(0) <= Math.min(LEAF_STORE, LEAVES_STORE / slots.length)) {
            NativeBlock block = NativeBlock.take(member.send.bytes(0));
            block.length = member.send.pack(0, block.address);
            SLOT.setVolatile(slots, index, block);
            count();
            member.finished = true;
        } else {
            SLOT.setVolatile(slots, index, member);
            // The root may have come meanwhile, and not have seen this member.
            isComplete(member);
        }
    }

    /** A leaf's data has been moved; the last one wakes the root. */
    private void count() {
        if (remaining.decrementAndGet() == 0) {
            Contribution present = root;
            if (present != null) {
                present.rank.wake();
            }
        }
    }

    private void takeFromStore(Contribution member, int index) {
        boolean scatter = kind == CollectiveKind.SCATTER;
        long start = scatter ? offsets[index] : 0;
        long bytes = scatter ? offsets[index + 1] - start : store.length;
        Parts to = member.receive;
        if (to.unpack(0, store.address + start, bytes)) {
            member.failure = truncated(member, bytes, to.bytes(0), member.root);
        }
        if (remaining.decrementAndGet() == 0) {
            store.give();
        }
    }

    private void move(Contribution rootMember, Contribution leaf, int index) {
        if (inward) {
            if (Parts.copy(leaf.send, 0, rootMember.receive, index)) {
                rootMember.failure = truncated(rootMember, leaf.send.bytes(0), rootMember.receive.bytes(index), index);
            }
        } else if (Parts.copy(rootMember.send, index, leaf.receive, 0)) {
            leaf.failure = truncated(leaf, rootMember.send.bytes(index), leaf.receive.bytes(0), leaf.root);
        }
    }

    @Override
    boolean isComplete(Contribution member) {
        if (member.finished) {
            return true;
        }
        if (isRoot(member)) {
            return remaining.get() == 0;
        }
        Contribution present = root;
        if (present == null) {
            return false;
        }
        int index = member.position - firstLeaf;
        if (store != null) {
            takeFromStore(member, index);
            member.finished = true;
        } else if (SLOT.compareAndSet(slots, index, member, TAKEN)) {
            move(present, member, index);
            count();
            member.finished = true;
        } else {
            member.finished = SLOT.getVolatile(slots, index) == MOVED;
        }
        return member.finished;
    }

    @Override
    void depart(Contribution member) {
        if (!inward || !isRoot(member)) {
            return;
        }
        for (int i = 0; i < slots.length; i++) {
            if (slots[i] instanceof NativeBlock block) {
                if (member.receive.unpack(i, block.address, block.length)) {
                    member.failure = truncated(member, block.length, member.receive.bytes(i), i);
                }
                block.give();
            }
        }
    }

    @Override
    String state(Contribution member) {
        return isRoot(member) ? remaining.get() + " ranks are missing" : root == null ? "the root is missing" : "";
    }
}
