package flotilla.balance.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flotilla.balance.BalanceException;
import flotilla.balance.Load;
import flotilla.balance.RandomLoad;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

/** What is written is read again; what is damaged is refused with one line, never with another exception. */
class TraceTest {
    private Path file;

    @BeforeProperty
    void make() throws IOException {
        file = Files.createTempFile("flotilla-trace", ".test");
    }

    @AfterProperty
    void remove() throws IOException {
        Files.delete(file);
    }

    private static TraceStep step(Random random) {
        Load load = RandomLoad.of(random);
        int[] decided = RandomLoad.of(random, load.ranks(), load.pes().count()).places();
        return new TraceStep(load, random.nextBoolean() ? "none" : "greedy-refine", decided, random.nextInt(1000),
                random.nextLong(1L << 50));
    }

    private static byte[] written(List<TraceStep> steps) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var writer = new TraceWriter(bytes)) {
            for (TraceStep step : steps) {
                writer.write(step);
            }
        }
        return bytes.toByteArray();
    }

    private List<TraceStep> read(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        var steps = new ArrayList<TraceStep>();
        try (var reader = new TraceReader(file)) {
            for (TraceStep step = reader.next(); step != null; step = reader.next()) {
                steps.add(step);
            }
        }
        return steps;
    }

    @Property(tries = 200)
    void whatIsWrittenIsRead(@ForAll Random random) throws IOException {
        List<TraceStep> steps = List.of(step(random), step(random), step(random)).subList(0, random.nextInt(4));
        List<TraceStep> again = read(written(steps));
        assertThat(again).hasSameSizeAs(steps);
        for (int i = 0; i < steps.size(); i++) {
            assertThat(again.get(i)).usingRecursiveComparison().isEqualTo(steps.get(i));
        }
    }

    @Property(tries = 300)
    void damagedFilesAreRefused(@ForAll Random random) throws IOException {
        byte[] bytes = written(List.of(step(random), step(random)));
        byte[] damaged = bytes.clone();
        if (random.nextBoolean()) {
            damaged = Arrays.copyOf(bytes, random.nextInt(bytes.length));
        } else {
            damaged[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
        }
        try {
            // A file that ends between two steps is a whole one.
            assertThat(read(damaged)).hasSizeLessThan(2);
            assertThat(damaged.length).isLessThan(bytes.length);
        } catch (BalanceException refused) {
            assertThat(refused.getMessage()).startsWith(file.toString()).hasLineCount(1);
        }
    }

    /** As the checksum hides what comes behind it, here it is right. */
    @Property(tries = 1500)
    void damagedContentsAreRefusedOrMeanSomething(@ForAll Random random) throws IOException {
        var packed = new PackedWriter();
        StepFormat.write(step(random), packed);
        byte[] contents = Arrays.copyOf(packed.bytes(), random.nextInt(8) == 0 ? random.nextInt(packed.length() + 1)
                : packed.length());
        for (int i = random.nextInt(4); i >= 0 && contents.length > 0; i--) {
            // Mostly at the beginning, where the counts are.
            int at = random.nextInt(random.nextBoolean() ? contents.length : Math.min(contents.length, 40));
            contents[at] = (byte) (random.nextInt(3) == 0 ? 0xff : random.nextInt());
        }
        byte[] magic = written(List.of());
        byte[] block = TraceWriter.block(contents, contents.length);
        byte[] bytes = Arrays.copyOf(magic, magic.length + block.length);
        System.arraycopy(block, 0, bytes, magic.length, block.length);
        try {
            assertThat(read(bytes)).hasSize(1);
        } catch (BalanceException refused) {
            assertThat(refused.getMessage()).startsWith(file.toString() + ", step 1").contains("damaged").hasLineCount(1);
        }
    }

    @Example
    void otherFilesAreRefused() {
        assertThatThrownBy(() -> read("#!/bin/sh\n".getBytes())).isInstanceOf(BalanceException.class)
                .hasMessageContaining("no trace");
        assertThatThrownBy(() -> read(new byte[0])).isInstanceOf(BalanceException.class)
                .hasMessageContaining("no trace");
        assertThatThrownBy(() -> new TraceReader(Path.of("/nowhere/at/all"))).isInstanceOf(BalanceException.class)
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> new TraceReader(Path.of("/"))).isInstanceOf(BalanceException.class)
                .hasMessageContaining("can't be read");
    }
}
