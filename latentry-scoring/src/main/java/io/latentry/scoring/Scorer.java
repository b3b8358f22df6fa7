package io.latentry.scoring;

import ai.onnxruntime.OrtException;
import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.ArtifactJson;
import io.latentry.core.artifact.Digest;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Probes;
import io.latentry.core.calibration.CalibrationSample;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.Tolerance;
import io.latentry.core.verdict.RowScreen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  static final Set<Output> VERDICT =
      Collections.unmodifiableSet(
          EnumSet.of(Output.SCORE, Output.RECONSTRUCTION_TERM, Output.LATENT_TERM));

  /** Rows whose intermediate values stay in a core's second-level cache. */
  private static final int MOST_CHUNK_ROWS = 512;

  /** Input values of a chunk, for tables so wide that fewer rows fill the cache. */
  private static final int MOST_CHUNK_VALUES = 1 << 18;

  private final Manifest manifest;
  private final Probes probes;
  private final Set<Output> outputs;
  private final RowScreen screen;
  private final CalibrationSample sample;
  private final int chunkRows;
  private final int threads;
  private final @Nullable ExecutorService helpers;

  private final Engines<Engine> engines;

  private final ReadWriteLock closing = new ReentrantReadWriteLock();
  private boolean closed;

  private Scorer(OnnxFile file, Manifest manifest, Probes probes, int threads) {
    this.manifest = manifest;
    this.probes = probes;
    this.outputs = outputs(file);
    this.screen = new RowScreen(manifest.schema());
    this.sample = sample(manifest.calibration());
    int fitting = MOST_CHUNK_VALUES / manifest.schema().columns().size();
    this.chunkRows =
        Math.max(1, Math.min(MOST_CHUNK_ROWS, fitting) / Workspace.ROW_STEP) * Workspace.ROW_STEP;
    this.engines =
        new Engines<>(
            outputs, asked -> Engine.load(file, manifest.schema(), asked, this.chunkRows));
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
    return outputs;
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
    return new Judgements(score(rows, wanted), sample, manifest.threshold().current());
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
      engines.loaded().forEach(Engine::close);
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
    OnnxFile file = OnnxFile.parse(bytes);
    Manifest manifest = ArtifactJson.readManifest(part(file.metadata(), Manifest.METADATA_KEY));
    Probes probes = ArtifactJson.readProbes(part(file.metadata(), Manifest.PROBES_KEY));
    requireUsable(probes, manifest.schema());
    Scorer scorer = new Scorer(file, manifest, probes, options.threads());
    try {
      scorer.replayProbes();
      requireWhole(file);
      return scorer;
    } catch (ArtifactException e) {
      scorer.close();
      throw e;
    } catch (IllegalStateException e) {
      scorer.close();
      throw new ArtifactException("the graph cannot be run: " + e.getMessage(), e);
    }
  }

  /** Last, since the other checks say more of what is wrong. A file without a digest has none. */
  private static void requireWhole(OnnxFile file) {
    String expected = file.metadata().get(Digest.METADATA_KEY);
    if (expected == null) {
      return;
    }
    String digest =
        Digest.of(
            file.graph(),
            part(file.metadata(), Manifest.METADATA_KEY),
            part(file.metadata(), Manifest.PROBES_KEY));
    if (!digest.equals(expected)) {
      throw new ArtifactException(
          Digest.METADATA_KEY
              + ": "
              + digest
              + " (expected: "
              + expected
              + ", as written); the file is damaged or was changed: get a fresh copy, or fit again");
    }
  }

  private static CalibrationSample sample(Manifest.Calibration calibration) {
    double[] scores = calibration.scores();
    for (int i = 1; i < scores.length; i++) {
      if (!(scores[i - 1] <= scores[i])) {
        throw new ArtifactException(
            "calibration.scores: "
                + scores[i]
                + " after "
                + scores[i - 1]
                + " (expected: ascending); fit again");
      }
    }
    try {
      return calibration.sample();
    } catch (IllegalArgumentException e) {
      throw new ArtifactException("calibration." + e.getMessage() + "; fit again", e);
    }
  }

  private static Set<Output> outputs(OnnxFile file) {
    Set<String> names = file.outputs();
    EnumSet<Output> outputs = EnumSet.noneOf(Output.class);
    for (Output output : Output.values()) {
      if (names.contains(output.graphName())) {
        outputs.add(output);
      }
    }
    if (!outputs.containsAll(VERDICT)) {
      throw new ArtifactException(
          "graph outputs: " + names + " (expected: score and both terms); fit again");
    }
    return Collections.unmodifiableSet(outputs);
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
            : Math.abs(got - expected) <= Tolerance.of(expected);
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
              + Tolerance.RELATIVE
              + " relative, as trained); the file was changed, or this machine computes"
              + " differently: get a fresh copy, or fit again");
    }
  }

  private Scores score(Rows rows, Set<Output> wanted, boolean screened) {
    requireOwn(rows.schema());
    if (!outputs.containsAll(wanted)) {
      throw new IllegalArgumentException(
          "wanted: " + wanted + " (expected: among " + outputs + ", which the file has)");
    }
    EnumMap<Output, float[]> numbers = new EnumMap<>(Output.class);
    boolean expectsCategories = wanted.contains(Output.RECONSTRUCTION_CATEGORICAL);
    String[] categories =
        new String[expectsCategories ? rows.count() * manifest.schema().categoricalCount() : 0];
    @Nullable String[] reasons = new String[rows.count()];

    closing.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("scorer: closed (expected: open)");
      }
      // Verdicts come from one engine whatever else is wanted, so that their last bit never
      // depends on it.
      EnumSet<Output> others = EnumSet.noneOf(Output.class);
      others.addAll(wanted);
      if (others.removeAll(VERDICT)) {
        run(engines.computing(VERDICT), rows, wanted, numbers, categories);
      }
      if (!others.isEmpty()) {
        run(engines.computing(others), rows, wanted, numbers, categories);
      }
    } finally {
      closing.readLock().unlock();
    }
    if (screened) {
      screen(rows, numbers, reasons);
    }
    return new Scores(rows.count(), numbers, categories, reasons);
  }

  private void run(
      Engine engine,
      Rows rows,
      Set<Output> wanted,
      Map<Output, float[]> numbers,
      String[] categories) {
    int count = rows.count();
    engine
        .widths()
        .forEach(
            (output, width) -> {
              if (wanted.contains(output) && output != Output.RECONSTRUCTION_CATEGORICAL) {
                numbers.put(output, new float[Math.multiplyExact(count, width)]);
              }
            });
    spread(
        engine,
        (count + chunkRows - 1) / chunkRows,
        (workspace, chunk) -> {
          int from = chunk * chunkRows;
          workspace.run(rows, from, Math.min(chunkRows, count - from), numbers, categories);
        });
  }

  /** Rows that cannot be judged get a reason, and NaN for whatever a verdict could be made of. */
  private void screen(Rows rows, Map<Output, float[]> numbers, @Nullable String[] reasons) {
    for (int row = 0; row < rows.count(); row++) {
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
  private void spread(Engine engine, int chunks, ChunkWork work) {
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> others = new ArrayList<>();
    if (helpers != null) {
      for (int i = 1; i < Math.min(threads, chunks); i++) {
        others.add(helpers.submit(() -> workOff(engine, next, chunks, work)));
      }
    }
    RuntimeException failure = null;
    try {
      workOff(engine, next, chunks, work);
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

  private static void workOff(Engine engine, AtomicInteger next, int chunks, ChunkWork work) {
    Workspace workspace = engine.borrow();
    try {
      for (int chunk = next.getAndIncrement(); chunk < chunks; chunk = next.getAndIncrement()) {
        work.run(workspace, chunk);
      }
    } catch (OrtException e) {
      next.set(chunks);
      throw new IllegalStateException("the engine failed: " + e.getMessage(), e);
    } finally {
      engine.giveBack(workspace);
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
