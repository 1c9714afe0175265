package flotilla.mpi.calls;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.comm.AttributeCallbacks;
import flotilla.mpi.comm.AttributeCallbacks.Owner;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.DatatypeExtras;
import flotilla.mpi.core.HandleTable;
import flotilla.mpi.core.Rank;
import flotilla.mpi.datatype.ArrayDatatypes;
import flotilla.mpi.datatype.Combiner;
import flotilla.mpi.datatype.Contents;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.datatype.DatatypeException;
import flotilla.mpi.datatype.DerivedDatatypes;
import flotilla.mpi.datatype.External32;
import flotilla.mpi.datatype.FortranDatatypes;
import flotilla.mpi.datatype.Pack;
import flotilla.mpi.datatype.PredefinedDatatypes;
import flotilla.mpi.datatype.PredefinedDatatypes.TypeClass;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.face.HandleKind;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** MPI-3.1 chapter 4 and section 17.1.9. A parameter that is a {@code long} is an address of guest memory unless it says otherwise. */
public final class DatatypeCalls {
    // Constructors.

    public static int typeContiguous(Rank rank, int count, Datatype oldtype, long newtype) {
        return make(rank, newtype, () -> DerivedDatatypes.contiguous(count, oldtype));
    }

    public static int typeVector(Rank rank, int count, int blocklength, int stride, Datatype oldtype, long newtype) {
        return make(rank, newtype, () -> DerivedDatatypes.vector(count, blocklength, stride, oldtype));
    }

    /** @param stride bytes */
    public static int typeCreateHvector(Rank rank, int count, int blocklength, long stride, Datatype oldtype, long newtype) {
        return make(rank, newtype, () -> DerivedDatatypes.hvector(count, blocklength, stride, oldtype));
    }

    public static int typeIndexed(Rank rank, int count, long blocklengths, long displacements, Datatype oldtype, long newtype) {
        return make(rank, newtype, () -> DerivedDatatypes.indexed(ints(blocklengths, count, "array_of_blocklengths"),
                ints(displacements, count, "array_of_displacements"), oldtype));
    }

    public static int typeCreateHindexed(Rank rank, int count, long blocklengths, long displacements, Datatype oldtype, long newtype) {
        return make(rank, newtype, () -> DerivedDatatypes.hindexed(ints(blocklengths, count, "array_of_blocklengths"),
                aints(displacements, count, "array_of_displacements"), oldtype));
    }

    public static int typeCreateIndexedBlock(Rank rank, int count, int blocklength, long displacements, Datatype oldtype, long newtype) {
        return make(rank, newtype,
                () -> DerivedDatatypes.indexedBlock(blocklength, ints(displacements, count, "array_of_displacements"), oldtype));
    }

    public static int typeCreateHindexedBlock(Rank rank, int count, int blocklength, long displacements, Datatype oldtype, long newtype) {
        return make(rank, newtype,
                () -> DerivedDatatypes.hindexedBlock(blocklength, aints(displacements, count, "array_of_displacements"), oldtype));
    }

    public static int typeCreateStruct(Rank rank, int count, long blocklengths, long displacements, long types, long newtype) {
        return make(rank, newtype, () -> {
            long[] lengths = ints(blocklengths, count, "array_of_blocklengths");
            long[] places = aints(displacements, count, "array_of_displacements");
            Arguments.checkArray(types, count, "array_of_types");
            var members = new Datatype[count];
            for (int i = 0; i < count; i++) {
                members[i] = rank.datatype(rank.face.rawAt(HandleKind.DATATYPE, types, i));
            }
            return DerivedDatatypes.struct(lengths, places, members);
        });
    }

    public static int typeCreateSubarray(Rank rank, int ndims, long sizes, long subsizes, long starts, int order, Datatype oldtype, long newtype) {
        return make(rank, newtype, () -> ArrayDatatypes.subarray(dimensions(sizes, ndims, "array_of_sizes"),
                dimensions(subsizes, ndims, "array_of_subsizes"), dimensions(starts, ndims, "array_of_starts"), order, oldtype));
    }

    public static int typeCreateDarray(Rank rank, int size, int of, int ndims, long gsizes, long distribs, long dargs, long psizes,
            int order, Datatype oldtype, long newtype) {
        return make(rank, newtype, () -> {
            long[] global = dimensions(gsizes, ndims, "array_of_gsizes");
            int[] distributions = GuestArrays.ints(distribs, ndims, "array_of_distribs");
            int[] blocks = GuestArrays.ints(dargs, ndims, "array_of_dargs");
            for (int i = 0; i < ndims; i++) {
                distributions[i] = rank.face.distribution(distributions[i]);
                blocks[i] = rank.face.distributeDarg(blocks[i]);
            }
            return ArrayDatatypes.darray(size, of, global, distributions, blocks, GuestArrays.ints(psizes, ndims, "array_of_psizes"),
                    order, oldtype);
        });
    }

    /** @param lb bytes; so is {@code extent} */
    public static int typeCreateResized(Rank rank, Datatype oldtype, long lb, long extent, long newtype) {
        return make(rank, newtype, () -> DerivedDatatypes.resized(oldtype, lb, extent));
    }

    public static int typeDup(Rank rank, Datatype oldtype, long newtype) {
        Arguments.checkPointer(newtype, "newtype");
        Datatype copy = DerivedDatatypes.dup(oldtype);
        DatatypeExtras.Extras old = rank.datatypeExtras.find(oldtype);
        if (old == null || old.attributes.isEmpty()) {
            return put(rank, newtype, copy);
        }
        var owner = new Owner(HandleKind.DATATYPE, rank.face.handle(HandleKind.DATATYPE, rank.argument(0)));
        return AttributeCallbacks.copyAll(rank, owner, old.attributes, rank.datatypeExtras.of(copy).attributes,
                (r, unused) -> put(r, newtype, copy));
    }

    public static int typeCreateF90Integer(Rank rank, int r, long newtype) {
        return makeShared(rank, newtype, () -> FortranDatatypes.integer(r));
    }

    public static int typeCreateF90Real(Rank rank, int p, int r, long newtype) {
        return makeShared(rank, newtype, () -> FortranDatatypes.real(p, r));
    }

    public static int typeCreateF90Complex(Rank rank, int p, int r, long newtype) {
        return makeShared(rank, newtype, () -> FortranDatatypes.complex(p, r));
    }

    public static int typeMatchSize(Rank rank, int typeclass, int size, long datatype) {
        Arguments.checkPointer(datatype, "datatype");
        TypeClass wanted = switch (typeclass) {
            case StandardAbi.TYPECLASS_INTEGER -> TypeClass.INTEGER;
            case StandardAbi.TYPECLASS_REAL -> TypeClass.REAL;
            case StandardAbi.TYPECLASS_COMPLEX -> TypeClass.COMPLEX;
            default -> throw new MpiException(ErrorClass.ARG, "typeclass is not MPI_TYPECLASS_INTEGER, _REAL or _COMPLEX");
        };
        Datatype found = checked(() -> PredefinedDatatypes.matchSize(wanted, size));
        rank.face.putHandle(HandleKind.DATATYPE, datatype, found.number());
        return 0;
    }

    // Life.

    public static int typeCommit(Rank rank, long datatype) {
        Arguments.checkPointer(datatype, "datatype");
        Datatype type = rank.datatype(rank.face.rawAt(HandleKind.DATATYPE, datatype));
        if (!type.isCommitted()) {
            type.commit();
        }
        return 0;
    }

    /** Communication in progress and types made of it keep the type. */
    public static int typeFree(Rank rank, long datatype) {
        Arguments.checkPointer(datatype, "datatype");
        Datatype type = rank.datatype(rank.face.rawAt(HandleKind.DATATYPE, datatype));
        int handle = rank.face.handleAt(HandleKind.DATATYPE, datatype, 0);
        DatatypeExtras.Extras extras = rank.datatypeExtras.find(type);
        if (handle < HandleTable.FIRST || type.isPredefined()) {
            throw new MpiException(ErrorClass.TYPE, "datatype = " + name(rank, type) + " is predefined and cannot be freed");
        }
        if (extras == null) {
            return forget(rank, handle, datatype);
        }
        if (extras.extraHandles > 0) {
            extras.extraHandles--;
            return forget(rank, handle, datatype);
        }
        return AttributeCallbacks.deleteAll(rank, new Owner(HandleKind.DATATYPE, handle), extras.attributes, (r, unused) -> {
            r.datatypeExtras.forget(type);
            return forget(r, handle, datatype);
        });
    }

    private static int forget(Rank rank, int handle, long address) {
        rank.datatypes.remove(handle);
        rank.face.putHandle(HandleKind.DATATYPE, address, StandardAbi.DATATYPE_NULL);
        return 0;
    }

    // Asking.

    public static int typeSize(Rank rank, Datatype datatype, long size) {
        Arguments.checkPointer(size, "size");
        Memory.putInt(size, datatype.size() > Integer.MAX_VALUE ? StandardAbi.UNDEFINED : (int) datatype.size());
        return 0;
    }

    public static int typeSizeX(Rank rank, Datatype datatype, long size) {
        return putLong(size, datatype.size(), "size");
    }

    public static int typeGetExtent(Rank rank, Datatype datatype, long lb, long extent) {
        putLong(lb, datatype.lb(), "lb");
        return putLong(extent, datatype.extent(), "extent");
    }

    public static int typeGetExtentX(Rank rank, Datatype datatype, long lb, long extent) {
        return typeGetExtent(rank, datatype, lb, extent);
    }

    public static int typeGetTrueExtent(Rank rank, Datatype datatype, long trueLb, long trueExtent) {
        putLong(trueLb, datatype.trueLb(), "true_lb");
        return putLong(trueExtent, datatype.trueExtent(), "true_extent");
    }

    public static int typeGetTrueExtentX(Rank rank, Datatype datatype, long trueLb, long trueExtent) {
        return typeGetTrueExtent(rank, datatype, trueLb, trueExtent);
    }

    public static int typeExtent(Rank rank, Datatype datatype, long extent) {
        return putLong(extent, datatype.extent(), "extent");
    }

    public static int typeLb(Rank rank, Datatype datatype, long displacement) {
        return putLong(displacement, datatype.lb(), "displacement");
    }

    public static int typeUb(Rank rank, Datatype datatype, long displacement) {
        return putLong(displacement, datatype.ub(), "displacement");
    }

    public static int typeGetEnvelope(Rank rank, Datatype datatype, long integers, long addresses, long datatypes, long combiner) {
        Arguments.checkPointer(integers, "num_integers");
        Arguments.checkPointer(addresses, "num_addresses");
        Arguments.checkPointer(datatypes, "num_datatypes");
        Arguments.checkPointer(combiner, "combiner");
        Contents contents = datatype.contents();
        Memory.putInt(integers, contents.integers().length);
        Memory.putInt(addresses, contents.addresses().length);
        Memory.putInt(datatypes, contents.types().length);
        Memory.putInt(combiner, rank.face.rawCombiner(datatype.combiner().number()));
        return 0;
    }

    public static int typeGetContents(Rank rank, Datatype datatype, int maxIntegers, int maxAddresses, int maxDatatypes, long integers,
            long addresses, long datatypes) {
        if (datatype.combiner() == Combiner.NAMED) {
            throw new MpiException(ErrorClass.TYPE, "datatype = " + name(rank, datatype) + " is predefined: it has no contents");
        }
        Contents contents = datatype.contents();
        checkRoom(maxIntegers, contents.integers().length, "max_integers");
        checkRoom(maxAddresses, contents.addresses().length, "max_addresses");
        checkRoom(maxDatatypes, contents.types().length, "max_datatypes");
        int[] values = rawIntegers(rank, datatype);
        GuestArrays.put(values, values.length, integers, "array_of_integers");
        Arguments.checkArray(addresses, contents.addresses().length, "array_of_addresses");
        for (int i = 0; i < contents.addresses().length; i++) {
            Memory.putLong(addresses + 8L * i, contents.addresses()[i]);
        }
        Arguments.checkArray(datatypes, contents.types().length, "array_of_datatypes");
        for (int i = 0; i < contents.types().length; i++) {
            rank.face.putHandleAt(HandleKind.DATATYPE, datatypes, i, anotherHandle(rank, contents.types()[i]));
        }
        return 0;
    }

    /** The integers as the program wrote them: array orders and distributions have other numbers in other ABIs. */
    private static int[] rawIntegers(Rank rank, Datatype datatype) {
        long[] canonical = datatype.contents().integers();
        var raw = new int[canonical.length];
        for (int i = 0; i < raw.length; i++) {
            raw[i] = (int) canonical[i];
        }
        if (datatype.combiner() == Combiner.SUBARRAY) {
            raw[raw.length - 1] = rank.face.rawOrder(raw[raw.length - 1]);
        } else if (datatype.combiner() == Combiner.DARRAY) {
            // size, rank, ndims, gsizes, distribs, dargs, psizes, order
            int ndims = raw[2];
            for (int i = 3 + ndims; i < 3 + 2 * ndims; i++) {
                raw[i] = rank.face.rawDistribution(raw[i]);
                raw[i + ndims] = rank.face.rawDistributeDarg(raw[i + ndims]);
            }
            raw[raw.length - 1] = rank.face.rawOrder(raw[raw.length - 1]);
        }
        return raw;
    }

    /** A handle that the program frees on its own, unless the type is predefined. */
    private static int anotherHandle(Rank rank, Datatype type) {
        if (type.number() != 0) {
            return type.number();
        }
        if (type.isPredefined()) {
            return sharedHandle(rank, type);
        }
        rank.datatypeExtras.of(type).extraHandles++;
        return rank.datatypes.add(type);
    }

    public static int typeSetName(Rank rank, Datatype datatype, String typeName) {
        rank.datatypeExtras.of(datatype).name = GuestStrings.cut(typeName, rank.face.maxObjectName());
        return 0;
    }

    public static int typeGetName(Rank rank, Datatype datatype, long typeName, long resultlen) {
        return GuestStrings.put(name(rank, datatype), typeName, rank.face.maxObjectName(), resultlen, "type_name");
    }

    private static String name(Rank rank, Datatype datatype) {
        DatatypeExtras.Extras extras = rank.datatypeExtras.find(datatype);
        return extras != null && extras.name != null ? extras.name : datatype.name();
    }

    // Pack and unpack.

    public static int pack(Rank rank, long inbuf, int incount, Datatype datatype, long outbuf, int outsize, long position, Comm comm) {
        Arguments.checkMessage(inbuf, incount, datatype, "inbuf", "incount", "datatype");
        Arguments.checkPointer(position, "position");
        int at = Memory.getInt(position);
        long bytes = packSize(incount, datatype);
        checkSpace(at, bytes, outsize, "outsize", outbuf, "outbuf");
        Memory.putInt(position, (int) (at + Pack.pack(inbuf, incount, datatype, outbuf + at)));
        return 0;
    }

    public static int unpack(Rank rank, long inbuf, int insize, long position, long outbuf, int outcount, Datatype datatype, Comm comm) {
        Arguments.checkMessage(outbuf, outcount, datatype, "outbuf", "outcount", "datatype");
        Arguments.checkPointer(position, "position");
        int at = Memory.getInt(position);
        long bytes = packSize(outcount, datatype);
        checkSpace(at, bytes, insize, "insize", inbuf, "inbuf");
        Memory.putInt(position, (int) (at + Pack.unpack(inbuf + at, bytes, outbuf, outcount, datatype)));
        return 0;
    }

    public static int packSize(Rank rank, int incount, Datatype datatype, Comm comm, long size) {
        Arguments.checkCount(incount, "incount");
        Arguments.checkPointer(size, "size");
        long bytes = packSize(incount, datatype);
        if (bytes > Integer.MAX_VALUE) {
            throw new MpiException(ErrorClass.COUNT, "incount = " + incount + " items are " + bytes + " bytes, more than an int holds");
        }
        Memory.putInt(size, (int) bytes);
        return 0;
    }

    /** @param outsize bytes */
    public static int packExternal(Rank rank, String datarep, long inbuf, int incount, Datatype datatype, long outbuf, long outsize, long position) {
        checkRepresentation(datarep);
        Arguments.checkMessage(inbuf, incount, datatype, "inbuf", "incount", "datatype");
        Arguments.checkPointer(position, "position");
        long at = Memory.getLong(position);
        checkSpace(at, checked(() -> External32.size(incount, datatype)), outsize, "outsize", outbuf, "outbuf");
        Memory.putLong(position, at + checked(() -> External32.pack(inbuf, incount, datatype, outbuf + at)));
        return 0;
    }

    /** @param insize bytes */
    public static int unpackExternal(Rank rank, String datarep, long inbuf, long insize, long position, long outbuf, int outcount, Datatype datatype) {
        checkRepresentation(datarep);
        Arguments.checkMessage(outbuf, outcount, datatype, "outbuf", "outcount", "datatype");
        Arguments.checkPointer(position, "position");
        long at = Memory.getLong(position);
        long bytes = checked(() -> External32.size(outcount, datatype));
        checkSpace(at, bytes, insize, "insize", inbuf, "inbuf");
        Memory.putLong(position, at + checked(() -> External32.unpack(inbuf + at, bytes, outbuf, outcount, datatype)));
        return 0;
    }

    public static int packExternalSize(Rank rank, String datarep, int incount, Datatype datatype, long size) {
        checkRepresentation(datarep);
        Arguments.checkCount(incount, "incount");
        return putLong(size, checked(() -> External32.size(incount, datatype)), "size");
    }

    private static void checkRepresentation(String datarep) {
        if (!"external32".equals(datarep)) {
            throw new MpiException(ErrorClass.ARG, "datarep = \"" + datarep + "\" is not \"external32\"");
        }
    }

    private static void checkSpace(long position, long bytes, long size, String sizeName, long buffer, String bufferName) {
        if (position < 0 || size < 0 || bytes > size - position) {
            throw new MpiException(ErrorClass.ARG, sizeName + " = " + size + " is too small for " + bytes + " bytes from position = " + position);
        }
        Arguments.checkArray(buffer, bytes, bufferName);
    }

    // Shared.

    private static int make(Rank rank, long newtype, Supplier<Datatype> constructor) {
        Arguments.checkPointer(newtype, "newtype");
        return put(rank, newtype, checked(constructor));
    }

    /** Types of MPI_Type_create_f90_*: the same arguments give the same handle, which cannot be freed (MPI-3.1 section 17.1.9). */
    private static int makeShared(Rank rank, long newtype, Supplier<Datatype> constructor) {
        Arguments.checkPointer(newtype, "newtype");
        rank.face.putHandle(HandleKind.DATATYPE, newtype, sharedHandle(rank, checked(constructor)));
        return 0;
    }

    private static int sharedHandle(Rank rank, Datatype type) {
        DatatypeExtras.Extras extras = rank.datatypeExtras.of(type);
        if (extras.sharedHandle == 0) {
            extras.sharedHandle = rank.datatypes.add(type);
        }
        return extras.sharedHandle;
    }

    private static int put(Rank rank, long newtype, Datatype type) {
        rank.face.putHandle(HandleKind.DATATYPE, newtype, rank.datatypes.add(type));
        return 0;
    }

    private static int putLong(long address, long value, String name) {
        Arguments.checkPointer(address, name);
        Memory.putLong(address, value);
        return 0;
    }

    private static long[] ints(long address, int count, String name) {
        Arguments.checkCount(count, "count");
        return GuestArrays.intsAsLongs(address, count, name);
    }

    private static long[] aints(long address, int count, String name) {
        Arguments.checkCount(count, "count");
        return GuestArrays.longs(address, count, name);
    }

    private static long[] dimensions(long address, int ndims, String name) {
        Arguments.checkNotNegative(ndims, "ndims");
        return GuestArrays.intsAsLongs(address, ndims, name);
    }

    private static void checkRoom(int room, int needed, String name) {
        if (room < needed) {
            throw new MpiException(ErrorClass.ARG, name + " = " + room + " is too small: there are " + needed);
        }
    }

    private static long packSize(int count, Datatype datatype) {
        try {
            return Pack.packSize(count, datatype);
        } catch (DatatypeException e) {
            throw raised(e);
        }
    }

    private static <T> T checked(Supplier<T> work) {
        try {
            return work.get();
        } catch (DatatypeException e) {
            throw raised(e);
        }
    }

    private static long checked(LongSupplier work) {
        try {
            return work.getAsLong();
        } catch (DatatypeException e) {
            throw raised(e);
        }
    }

    private static MpiException raised(DatatypeException e) {
        int errorClass = switch (e.reason()) {
            case COUNT -> ErrorClass.COUNT;
            case ARG -> ErrorClass.ARG;
            case TYPE -> ErrorClass.TYPE;
            case CONVERSION -> ErrorClass.CONVERSION;
        };
        return new MpiException(errorClass, e.getMessage());
    }

    private DatatypeCalls() {}
}
