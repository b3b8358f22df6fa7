package io.latentry.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the Javadoc of the libraries shows compiles and runs. */
final class JavadocTest {
  /** In the order in which they run: the first writes the model that the others open. */
  private static final List<String> SHOWN =
      List.of(
          "latentry-library/src/main/java/io/latentry/Latentry.java",
          "latentry-scoring/src/main/java/io/latentry/model/Model.java",
          "latentry-scoring/src/main/java/io/latentry/arrow/ArrowRows.java");

  private static final Pattern SNIPPET = Pattern.compile("(?s)<pre>\\{@code\n(.*?)\n \\* }</pre>");

  private static final String IMPORTS =
      """
      import io.latentry.*;
      import io.latentry.arrow.*;
      import io.latentry.core.verdict.*;
      import io.latentry.model.*;
      import java.io.*;
      import java.nio.file.*;
      import java.util.*;
      import org.apache.arrow.memory.*;
      import org.apache.arrow.vector.ipc.*;
      """;

  @TempDir private Path folder;

  @Test
  void theSnippetsCompileAndRun() throws Exception {
    machines(folder.resolve("machines.csv"), folder.resolve("machines.arrows"));
    Path program = folder.resolve("Snippets.java");
    List<String> snippets = new ArrayList<>();
    for (String source : SHOWN) {
      SNIPPET
          .matcher(Files.readString(Command.ROOT.resolve(source)))
          .results()
          .forEach(
              found -> snippets.add("{\n" + found.group(1).replaceAll("(?m)^ \\*", "") + "}\n"));
    }
    assertThat(snippets).hasSameSizeAs(SHOWN);
    Files.writeString(
        program,
        IMPORTS
            + "class Snippets { public static void main(String[] none) throws Exception {\n"
            + String.join("", snippets)
            + "}}\n");
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-d", folder.toString(), program.toString()))
        .isZero();

    Command.Finished finished = Command.java(folder, folder, "Snippets");

    assertThat(finished.exitCode()).as(finished.errors()).isZero();
    assertThat(finished.out().lines()).hasSize(3);
    assertThat(finished.out().lines().toList().get(0)).isEqualTo("NORMAL");
    assertThat(finished.out().lines().toList().get(1)).contains("name=pressure");
    assertThat(finished.out().lines().toList().get(2)).isEqualTo("ANOMALY");
  }

  /** A table to learn from, and a batch whose only row is odd. */
  private static void machines(Path table, Path batches) throws IOException {
    List<String> lines = new ArrayList<>(List.of("pressure,speed,valve,status"));
    for (int i = 0; i < 400; i++) {
      lines.add(
          "%d.%d,%d,%s,%s"
              .formatted(
                  3 + i % 3,
                  i * 7 % 10,
                  1400 + i * 13 % 170,
                  i % 2 == 0 ? "open" : "shut",
                  i % 40 == 39 ? "broken" : "ok"));
    }
    Files.write(table, lines);
    try (BufferAllocator allocator = new RootAllocator();
        Float8Vector pressure = new Float8Vector("pressure", allocator);
        Float8Vector speed = new Float8Vector("speed", allocator);
        VarCharVector valve = new VarCharVector("valve", allocator);
        VectorSchemaRoot batch = VectorSchemaRoot.of(pressure, speed, valve);
        OutputStream out = Files.newOutputStream(batches);
        ArrowStreamWriter writer = new ArrowStreamWriter(batch, null, out)) {
      pressure.setSafe(0, 70);
      speed.setSafe(0, 1480);
      valve.setSafe(0, "shut".getBytes(StandardCharsets.UTF_8));
      batch.setRowCount(1);
      writer.start();
      writer.writeBatch();
      writer.end();
    }
  }
}
