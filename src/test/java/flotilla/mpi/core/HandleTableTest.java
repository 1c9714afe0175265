package flotilla.mpi.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HandleTableTest {
    @Test
    void findsPredefinedObjectsAndNothingAroundThem() {
        var table = new HandleTable<String>();
        table.predefine(0x105, "five");
        table.predefine(0x102, "two");
        table.predefine(0x107, "seven");
        assertThat(table.get(0x105)).isEqualTo("five");
        assertThat(table.get(0x102)).isEqualTo("two");
        assertThat(table.get(0x107)).isEqualTo("seven");
        assertThat(table.get(0x103)).isNull();
        assertThat(table.get(0x101)).isNull();
        assertThat(table.get(0x108)).isNull();
        assertThat(table.get(-1)).isNull();
        assertThat(table.get(Integer.MIN_VALUE)).isNull();
        assertThat(table.get(Integer.MAX_VALUE)).isNull();
        var other = new HandleTable<String>();
        other.sharePredefined(table);
        assertThat(other.get(0x102)).isEqualTo("two");
    }

    @Test
    void handsOutFreedHandlesAgain() {
        var table = new HandleTable<Integer>();
        for (int i = 0; i < 40; i++) {
            assertThat(table.add(i)).isEqualTo(HandleTable.FIRST + i);
        }
        for (int i = 0; i < 40; i += 2) {
            table.remove(HandleTable.FIRST + i);
        }
        assertThat(table.size()).isEqualTo(20);
        assertThat(table.get(HandleTable.FIRST)).isNull();
        assertThat(table.get(HandleTable.FIRST + 1)).isEqualTo(1);
        int again = table.add(99);
        assertThat(again).isBetween(HandleTable.FIRST, HandleTable.FIRST + 39);
        assertThat(table.get(again)).isEqualTo(99);
    }
}
