package flotilla.elf;

import java.nio.ByteBuffer;

/** The symbol hash table: {@code DT_GNU_HASH} where there is one, else {@code DT_HASH}. Names candidates by index. */
sealed interface HashTable {
    /** Candidates for one name, one after the other; -1 ends them. */
    interface Chain {
        int next();
    }

    Chain chain(SymbolName name);

    /** Number of symbols that the table knows of. */
    int symbolCount();

    /** An image that exports nothing and has no table. */
    record None() implements HashTable {
        @Override
        public Chain chain(SymbolName name) {
            return () -> -1;
        }

        @Override
        public int symbolCount() {
            return 0;
        }
    }

    /**
     * The gABI's table: nbucket, nchain, buckets, chains, all 32-bit.
     */
    final class SysV implements HashTable {
        private final ByteBuffer words;
        private final int buckets;
        private final int chains;

        /** {@code words} starts at the table and reaches at least to its end, or is refused. */
        SysV(String file, ByteBuffer words) {
            this.words = words;
            if (words.remaining() < 8) {
                throw ElfException.damaged(file, "DT_HASH is cut short");
            }
            this.buckets = words.getInt(0);
            this.chains = words.getInt(4);
            if (buckets < 0 || chains < 0 || (2L + buckets + chains) * 4 > words.remaining()) {
                throw ElfException.damaged(file, "DT_HASH has more entries than its segment has room for");
            }
        }

        @Override
        public int symbolCount() {
            return chains;
        }

        @Override
        public Chain chain(SymbolName name) {
            if (buckets == 0) {
                return () -> -1;
            }
            return new Chain() {
                private int index = words.getInt((2 + Integer.remainderUnsigned(name.sysvHash(), buckets)) * 4);
                /** A chain visits a symbol at most once; a damaged one may go in circles. */
                private int left = chains;

                @Override
                public int next() {
                    if (index <= 0 || index >= chains || left-- <= 0) {
                        return -1;
                    }
                    int current = index;
                    index = words.getInt((2 + buckets + index) * 4);
                    return current;
                }
            };
        }
    }

    /**
     * GNU's table: a Bloom filter, buckets that name the first symbol of a run, and for every symbol from
     * {@code symbolOffset} on its hash, whose lowest bit is set at the end of a run.
     */
    final class Gnu implements HashTable {
        private final ByteBuffer words;
        private final int buckets;
        private final int symbolOffset;
        private final int bloomWords;
        private final int bloomShift;
        private final int bucketsAt;
        private final int chainsAt;
        private final int symbolCount;

        Gnu(String file, ByteBuffer words) {
            this.words = words;
            if (words.remaining() < 16) {
                throw ElfException.damaged(file, "DT_GNU_HASH is cut short");
            }
            this.buckets = words.getInt(0);
            this.symbolOffset = words.getInt(4);
            this.bloomWords = words.getInt(8);
            this.bloomShift = words.getInt(12);
            if (buckets < 0 || symbolOffset < 0 || bloomWords < 1 || Integer.bitCount(bloomWords) != 1
                    || 16 + bloomWords * 8L + buckets * 4L > words.remaining()) {
                throw ElfException.damaged(file, "DT_GNU_HASH has a header that does not fit its segment");
            }
            this.bucketsAt = 16 + bloomWords * 8;
            this.chainsAt = bucketsAt + buckets * 4;
            this.symbolCount = countSymbols(file);
        }

        /** The last run ends where the symbol table ends; nothing else in the dynamic section says how long it is. */
        private int countSymbols(String file) {
            int last = -1;
            for (int i = 0; i < buckets; i++) {
                int first = words.getInt(bucketsAt + i * 4);
                if (first != 0 && (first < 0 || first < symbolOffset)) {
                    throw ElfException.damaged(file, "DT_GNU_HASH names a symbol that is not hashed");
                }
                last = Math.max(last, first == 0 ? -1 : first);
            }
            if (last < 0) {
                return symbolOffset;
            }
            while (true) {
                long at = chainsAt + ((long) last - symbolOffset) * 4;
                if (at + 4 > words.remaining()) {
                    throw ElfException.damaged(file, "DT_GNU_HASH has a chain without an end");
                }
                last++;
                if ((words.getInt((int) at) & 1) != 0) {
                    return last;
                }
            }
        }

        @Override
        public int symbolCount() {
            return symbolCount;
        }

        @Override
        public Chain chain(SymbolName name) {
            int hash = name.gnuHash();
            long bloom = words.getLong(16 + ((hash >>> 6) & (bloomWords - 1)) * 8);
            long mask = 1L << hash | 1L << (hash >>> bloomShift);
            if (buckets == 0 || (bloom & mask) != mask) {
                return () -> -1;
            }
            int first = words.getInt(bucketsAt + Integer.remainderUnsigned(hash, buckets) * 4);
            return new Chain() {
                private int index = first == 0 ? -1 : first;

                @Override
                public int next() {
                    while (index >= 0 && index < symbolCount) {
                        int current = index;
                        int entry = words.getInt(chainsAt + (current - symbolOffset) * 4);
                        index = (entry & 1) != 0 ? -1 : current + 1;
                        if ((entry | 1) == (hash | 1)) {
                            return current;
                        }
                    }
                    return -1;
                }
            };
        }
    }
}
