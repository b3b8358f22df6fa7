package io.latentry.scoring;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.ArtifactJson;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Probes;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.graph.Output;
import io.latentry.core.verdict.RowScreen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * Scores rows with an artifact. Thread-safe; one scorer serves any number of callers.
 *
 * <p>A call cuts its rows into chunks and works on several at a time. A row's outputs depend on the
 * row alone: the same row gets the same bits in any batch, at any place, on any thread of one
 * machine.
 */
public final class Scorer implements AutoCloseable {
  private static final Set<Output> VERDICT =
      Collections.unmodifiableSet(
          EnumSet.of(Output.SCORE, Output.RECONSTRUCTION_TERM, Output.LATENT_TERM));

  /** Rows whose intermediate values stay in a core's second-level cache. */
  private static final int MOST_CHUNK_ROWS = 512;

  /** Input values of a chunk, for tables so wide that fewer rows fill the cache. */
  private static final int MOST_CHUNK_VALUES = 1 << 18;

  private final Manifest manifest;
  private final Probes probes;
  private final OrtSession session;
  private final Map<Output, Integer> widths;
  private final RowScreen screen;
  private final PValues pValues;
  private final int chunkRows;
  private final int threads;
  private final @Nullable ExecutorService helpers;
  private final ConcurrentLinkedQueue<Workspace> workspaces = new ConcurrentLinkedQueue<>();
  private final ReadWriteLock closing = new ReentrantReadWriteLock();
  private boolean closed;

  private Scorer(
      Manifest manifest,
      Probes probes,
      OrtSession session,
      Map<Output, Integer> widths,
      int threads) {
    this.manifest = manifest;
    this.probes = probes;
    this.session = session;
    this.widths = widths;
    this.screen = new RowScreen(manifest.schema());
    this.pValues = new PValues(manifest.calibration());
    int fitting = MOST_CHUNK_VALUES / manifest.schema().columns().size();
    this.chunkRows =
        Math.max(1, Math.min(MOST_CHUNK_ROWS, fitting) / Workspace.ROW_STEP) * Workspace.ROW_STEP;
    this.threads = threads;
    this.helpers = threads > 1 ? helpers(threads - 1) : null;
  }

  /** Opens an artifact with {@link ScorerOptions#defaults}. */
  public static Scorer open(Path file) {
    return open(file, ScorerOptions.defaults());
  }

  /**
   * Opens an artifact: its bytes are checked before the engine sees them, its probes are replayed.
   *
   * @throws ArtifactException if the file cannot be read, is no artifact, or does not give the
   *     outputs that it promises
   */
  public static Scorer open(Path file, ScorerOptions options) {
    try {
      return openUnnamed(read(file, options.mostFileBytes()), options);
    } catch (ArtifactException e) {
      throw new ArtifactException(file + ": " + e.getMessage(), e);
    }
  }

  /** The version of the ONNX Runtime in this process, such as {@code 1.28.0}. */
  public static String engineVersion() {
    return OnnxRuntime.environment().getVersion();
  }

  public Manifest manifest() {
    return manifest;
  }

  public Probes probes() {
    return probes;
  }

  /** The outputs that this artifact has. */
  public Set<Output> outputs() {
    return Collections.unmodifiableSet(widths.keySet());
  }

  /** Verdicts on {@code rows}; only the score and both terms are computed. */
  public Judgements judge(Rows rows) {
    return judge(rows, Set.of());
  }

  /**
   * Verdicts on {@code rows}, and in the same pass other outputs, for explanation.
   *
   * @param also any of {@link #outputs}
   */
  public Judgements judge(Rows rows, Set<Output> also) {
    EnumSet<Output> wanted = EnumSet.copyOf(VERDICT);
    wanted.addAll(also);
    return new Judgements(score(rows, wanted), pValues, manifest.threshold().current());
  }

  /**
   * The outputs {@code wanted}, and only those, of {@code rows}.
   *
   * @param rows of the artifact's own schema
   * @throws IllegalArgumentException if the artifact lacks one of {@code wanted}
   */
  public Scores score(Rows rows, Set<Output> wanted) {
    return score(rows, wanted, true);
  }

  /** Waits for calls under way, then gives the native memory back. */
  @Override
  public void close() {
    closing.writeLock().lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      if (helpers != null) {
        helpers.shutdown();
      }
      workspaces.forEach(Workspace::close);
      try {
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException("session: not closed", e);
      }
    } finally {
      closing.writeLock().unlock();
    }
  }

  /** Whether an output is {@code [batch]} rather than {@code [batch, width]}. */
  static boolean isPerRow(Output output) {
    return VERDICT.contains(output);
  }

  private static byte[] read(Path file, long mostBytes) {
    try {
      if (Files.isDirectory(file)) {
        throw new ArtifactException("a folder (expected: an artifact, NAME.onnx)");
      }
      long size = Files.size(file);
      if (size > mostBytes) {
        throw new ArtifactException(
            size + " bytes (expected: at most " + mostBytes + "); raise the limit if you trust it");
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new ArtifactException("no such file; check the path", e);
    } catch (IOException e) {
      throw new ArtifactException("not readable: " + e.getMessage(), e);
    }
  }

  private static Scorer openUnnamed(byte[] bytes, ScorerOptions options) {
    Map<String, String> metadata = OnnxFile.metadata(bytes);
    Manifest manifest = ArtifactJson.readManifest(part(metadata, Manifest.METADATA_KEY));
    Probes probes = ArtifactJson.readProbes(part(metadata, Manifest.PROBES_KEY));
    requireUsable(probes, manifest.schema());
    OrtSession session;
    try {
      session = OnnxRuntime.open(bytes);
    } catch (OrtException e) {
      throw new ArtifactException(
          "the graph cannot be loaded: " + e.getMessage() + "; get a fresh copy", e);
    }
    Scorer scorer = null;
    try {
      requireInputs(session, manifest.schema());
      scorer =
          new Scorer(
              manifest, probes, session, outputs(session, manifest.schema()), options.threads());
      scorer.replayProbes();
      return scorer;
    } catch (RuntimeException | OrtException e) {
      if (scorer != null) {
        scorer.close();
      } else {
        closeQuietly(session, e);
      }
      throw e instanceof ArtifactException known
          ? known
          : new ArtifactException("the graph cannot be run: " + e.getMessage(), e);
    }
  }

  private static void closeQuietly(OrtSession session, Exception cause) {
    try {
      session.close();
    } catch (OrtException e) {
      cause.addSuppressed(e);
    }
  }

  private static String part(Map<String, String> metadata, String key) {
    String part = metadata.get(key);
    if (part == null) {
      throw new ArtifactException(
          "metadata_props: no '"
              + key
              + "' (expected: one); an ONNX file, but no artifact of Latentry: use one that `fit`"
              + " wrote");
    }
    return part;
  }

  private static void requireUsable(Probes probes, Schema schema) {
    if (probes.rows().isEmpty()) {
      throw new ArtifactException(
          "latentry.probes: none (expected: at least 1, to prove the file); fit again");
    }
    for (Probes.Probe probe : probes.rows()) {
      if (probe.numeric().length != schema.numericCount()
          || probe.categorical().length != schema.categoricalCount()) {
        throw new ArtifactException(
            "latentry.probes: a row of "
                + probe.numeric().length
                + " numbers and "
                + probe.categorical().length
                + " categories (expected: "
                + schema.numericCount()
                + " and "
                + schema.categoricalCount()
                + ", as the schema has); fit again");
      }
    }
  }

  private static void requireInputs(OrtSession session, Schema schema) throws OrtException {
    EnumMap<OnnxJavaType, Integer> expected = new EnumMap<>(OnnxJavaType.class);
    if (schema.numericCount() > 0) {
      expected.put(OnnxJavaType.FLOAT, schema.numericCount());
    }
    if (schema.categoricalCount() > 0) {
      expected.put(OnnxJavaType.STRING, schema.categoricalCount());
    }
    Map<String, NodeInfo> inputs = session.getInputInfo();
    boolean fits = inputs.size() == expected.size();
    for (Map.Entry<OnnxJavaType, Integer> input : expected.entrySet()) {
      String name = input.getKey() == OnnxJavaType.FLOAT ? "numeric" : "categorical";
      NodeInfo given = inputs.get(name);
      fits &=
          given != null
              && given.getInfo() instanceof TensorInfo tensor
              && tensor.type == input.getKey()
              && Arrays.equals(tensor.getShape(), new long[] {-1, input.getValue()});
    }
    if (!fits) {
      throw new ArtifactException(
          "graph inputs: "
              + inputs.values()
              + " (expected: numeric float32[batch, "
              + schema.numericCount()
              + "], categorical string[batch, "
              + schema.categoricalCount()
              + "], without those of width 0); fit again");
    }
  }

  /** Values per row of every output that the graph has. */
  private static Map<Output, Integer> outputs(OrtSession session, Schema schema)
      throws OrtException {
    Map<String, NodeInfo> given = session.getOutputInfo();
    EnumMap<Output, Integer> widths = new EnumMap<>(Output.class);
    for (Output output : Output.values()) {
      NodeInfo info = given.get(output.graphName());
      if (info == null) {
        continue;
      }
      boolean text = output == Output.RECONSTRUCTION_CATEGORICAL;
      long[] shape = info.getInfo() instanceof TensorInfo tensor ? tensor.getShape() : new long[0];
      boolean fits =
          info.getInfo() instanceof TensorInfo tensor
              && tensor.type == (text ? OnnxJavaType.STRING : OnnxJavaType.FLOAT)
              && shape.length == (isPerRow(output) ? 1 : 2)
              && (isPerRow(output) || shape[1] > 0)
              && (!text || shape[1] == schema.categoricalCount());
      if (!fits) {
        throw new ArtifactException(
            "graph output '" + output.graphName() + "': " + info + "; fit again");
      }
      widths.put(output, isPerRow(output) ? 1 : Math.toIntExact(shape[1]));
    }
    if (!widths.keySet().containsAll(VERDICT)) {
      throw new ArtifactException(
          "graph outputs: " + given.keySet() + " (expected: score and both terms); fit again");
    }
    return widths;
  }

  private void replayProbes() {
    Scores replayed = score(probes.toRows(manifest.schema()), VERDICT, false);
    for (int row = 0; row < replayed.count(); row++) {
      Probes.Probe probe = probes.rows().get(row);
      requireClose(replayed, Output.RECONSTRUCTION_TERM, row, probe.reconstructionTerm());
      requireClose(replayed, Output.LATENT_TERM, row, probe.latentTerm());
      requireClose(replayed, Output.SCORE, row, probe.score());
    }
  }

  private static void requireClose(Scores replayed, Output output, int row, double expected) {
    float got = replayed.values(output)[row];
    boolean close =
        Double.isNaN(expected)
            ? Float.isNaN(got)
            : Math.abs(got - expected) <= Probes.TOLERANCE * Math.max(1, Math.abs(expected));
    if (!close) {
      throw new ArtifactException(
          "output '"
              + output.graphName()
              + "', probe row "
              + row
              + ": "
              + got
              + " (expected: "
              + expected
              + " within "
              + Probes.TOLERANCE
              + " relative, as trained); the file was changed, or this machine computes"
              + " differently: get a fresh copy, or fit again");
    }
  }

  private Scores score(Rows rows, Set<Output> wanted, boolean screened) {
    requireOwn(rows.schema());
    if (!widths.keySet().containsAll(wanted)) {
      throw new IllegalArgumentException(
          "wanted: " + wanted + " (expected: among " + widths.keySet() + ", which the file has)");
    }
    int count = rows.count();
    EnumMap<Output, float[]> numbers = new EnumMap<>(Output.class);
    for (Output output : wanted) {
      if (output != Output.RECONSTRUCTION_CATEGORICAL) {
        numbers.put(output, new float[Math.multiplyExact(count, widths.getOrDefault(output, 1))]);
      }
    }
    boolean expectsCategories = wanted.contains(Output.RECONSTRUCTION_CATEGORICAL);
    String[] categories =
        new String[expectsCategories ? count * manifest.schema().categoricalCount() : 0];
    @Nullable String[] reasons = new String[count];

    closing.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("scorer: closed (expected: open)");
      }
      if (!wanted.isEmpty()) {
        spread(
            (count + chunkRows - 1) / chunkRows,
            (workspace, chunk) -> {
              int from = chunk * chunkRows;
              int rowsHere = Math.min(chunkRows, count - from);
              workspace.run(rows, from, rowsHere, wanted, widths, numbers, categories);
              if (screened) {
                screen(rows, from, rowsHere, numbers, reasons);
              }
            });
      } else if (screened) {
        screen(rows, 0, count, numbers, reasons);
      }
    } finally {
      closing.readLock().unlock();
    }
    return new Scores(count, numbers, categories, reasons);
  }

  /** Rows that cannot be judged get a reason, and NaN for whatever a verdict could be made of. */
  private void screen(
      Rows rows, int from, int count, Map<Output, float[]> numbers, @Nullable String[] reasons) {
    for (int row = from; row < from + count; row++) {
      String reason = screen.reasonAgainst(rows, row);
      for (Output output : VERDICT) {
        float[] values = numbers.get(output);
        if (reason == null && values != null && !Float.isFinite(values[row])) {
          reason = "not finite: output '" + output.graphName() + "'";
        }
      }
      if (reason != null) {
        reasons[row] = reason;
        for (Output output : VERDICT) {
          float[] values = numbers.get(output);
          if (values != null) {
            values[row] = Float.NaN;
          }
        }
      }
    }
  }

  /** Works off {@code chunks} on the caller's thread and, where there is enough, on the helpers. */
  private void spread(int chunks, ChunkWork work) {
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> others = new ArrayList<>();
    if (helpers != null) {
      for (int i = 1; i < Math.min(threads, chunks); i++) {
        others.add(helpers.submit(() -> workOff(next, chunks, work)));
      }
    }
    RuntimeException failure = null;
    try {
      workOff(next, chunks, work);
    } catch (RuntimeException e) {
      failure = e;
    }
    for (Future<?> other : others) {
      try {
        waitFor(other);
      } catch (RuntimeException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void workOff(AtomicInteger next, int chunks, ChunkWork work) {
    Workspace workspace = workspaces.poll();
    if (workspace == null) {
      workspace = new Workspace(session, manifest.schema(), chunkRows);
    }
    try {
      for (int chunk = next.getAndIncrement(); chunk < chunks; chunk = next.getAndIncrement()) {
        work.run(workspace, chunk);
      }
    } catch (OrtException e) {
      next.set(chunks);
      throw new IllegalStateException("the engine failed: " + e.getMessage(), e);
    } finally {
      workspaces.add(workspace);
    }
  }

  /** Helpers write into the caller's arrays, so the caller outwaits them even when interrupted. */
  private static void waitFor(Future<?> other) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          Object unused = other.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw e.getCause() instanceof RuntimeException cause
              ? cause
              : new IllegalStateException("a helper failed", e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void requireOwn(Schema schema) {
    if (!schema.columns().equals(manifest.schema().columns())) {
      throw new IllegalArgumentException(
          "rows: of another schema (expected: the columns of model "
              + manifest.modelId()
              + "); read them with scorer.manifest().schema()");
    }
  }

  private static ExecutorService helpers(int count) {
    AtomicInteger number = new AtomicInteger();
    return Executors.newFixedThreadPool(
        count,
        task -> {
          Thread thread = new Thread(task, "latentry-scorer-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  /** What is done with one chunk. */
  private interface ChunkWork {
    void run(Workspace workspace, int chunk) throws OrtException;
  }
}
