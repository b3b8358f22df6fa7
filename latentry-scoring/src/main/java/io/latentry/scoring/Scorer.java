package io.latentry.scoring;

import ai.onnxruntime.OrtException;
import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Probes;
import io.latentry.core.calibration.CalibrationSample;
import io.latentry.core.data.ImageSpec;
import io.latentry.core.data.Images;
import io.latentry.core.data.InputSpec;
import io.latentry.core.data.NovelValues;
import io.latentry.core.data.Samples;
import io.latentry.core.data.Schema;
import io.latentry.core.data.Screen;
import io.latentry.core.data.WindowSpec;
import io.latentry.core.fault.FaultWords;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.Outputs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Scores rows with an artifact. Thread-safe; one scorer serves any number of callers.
 *
 * <p>A call cuts its rows into chunks and works on several at a time. A row's outputs depend on the
 * row alone: the same row gets the same bits in any batch, at any place, on any thread of one
 * machine.
 *
 * <p>Where an artifact's bytes can be had again ({@link #letGoOfBytes}, {@link #openProven}), a
 * call that needs an engine throws an {@link ArtifactException} when they cannot.
 */
public final class Scorer implements AutoCloseable {
  static final Set<Output> VERDICT =
      Collections.unmodifiableSet(
          EnumSet.of(Output.SCORE, Output.RECONSTRUCTION_TERM, Output.LATENT_TERM));

  /** Rows whose intermediate values a core has at hand; fewer cost more in starting runs. */
  private static final int MOST_CHUNK_SAMPLES = 128;

  /** Input values of a chunk, for tables so wide that fewer rows fill the cache. */
  private static final int MOST_CHUNK_VALUES = 1 << 20;

  /** Values that all nodes of a graph give for a chunk, 1 GiB. */
  private static final long MOST_GRAPH_VALUES = 1L << 28;

  /**
   * Steps that all nodes of a graph take for a chunk, some ten seconds: no run can be broken off.
   */
  private static final long MOST_GRAPH_STEPS = 1L << 35;

  private final Manifest manifest;
  private final Probes probes;
  private final Optional<String> signer;
  private final Set<Output> outputs;
  private final InputSpec spec;
  private final Screen screen;
  private final CalibrationSample sample;
  private final int chunkSamples;
  private final int threads;
  private final @Nullable ExecutorService helpers;

  /** What a verdict is made of: {@link #VERDICT}, and the imputed score where there is one. */
  private final Set<Output> verdict;

  private final Engines<Engine> engines;

  /** Computes in place of the engines; null where they do. */
  private final @Nullable Elsewhere elsewhere;

  /** Where engines are loaded from. */
  private volatile Source source;

  private final ReadWriteLock closing = new ReentrantReadWriteLock();
  private boolean closed;

  /** Until then nothing is answered, and it stops between two chunks when it is interrupted. */
  private volatile boolean proven;

  /** Where the bytes of an artifact can be had, as often as they are needed. Thread-safe. */
  @FunctionalInterface
  public interface Bytes {

    /**
     * The very bytes that were opened first.
     *
     * @throws ArtifactException if they cannot be had, or are others by now
     */
    byte[] read();

    /**
     * Has an engine made of the bytes; whoever wants to know that native code is at work with them
     * notes it here.
     *
     * @param load makes the engine
     * @throws ArtifactException if it is not to be made
     */
    default <V> V opening(Supplier<V> load) {
      return load.get();
    }
  }

  /** Computes the outputs of an artifact's graph in another process. Thread-safe. */
  @FunctionalInterface
  public interface Elsewhere {

    /**
     * The outputs {@code wanted} of {@code samples}, as the graph gives them; NaN for a sample that
     * cannot be judged.
     *
     * @throws IllegalStateException if they cannot be had
     */
    Outputs compute(Samples samples, Set<Output> wanted);
  }

  private Scorer(
      ArtifactReader artifact, Source source, int threads, @Nullable Elsewhere elsewhere) {
    this.source = source;
    this.elsewhere = elsewhere;
    this.manifest = artifact.manifest();
    this.probes = artifact.probes();
    this.signer = ArtifactSignature.of(artifact.file()).map(ArtifactSignature::key);
    this.outputs = artifact.outputs();
    this.spec = manifest.spec();
    this.screen = spec.screen();
    this.sample = artifact.sample();
    long fitting =
        Math.min(
            MOST_CHUNK_VALUES / spec.values(),
            Math.min(
                MOST_GRAPH_VALUES / Math.max(1, artifact.form().valuesPerSample()),
                MOST_GRAPH_STEPS / Math.max(1, artifact.form().stepsPerSample())));
    this.chunkSamples =
        Math.max(1, (int) Math.min(MOST_CHUNK_SAMPLES, fitting) / Workspace.STEP) * Workspace.STEP;
    this.verdict = EnumSet.copyOf(VERDICT);
    if (outputs.contains(Output.SCORE_IMPUTED)) {
      verdict.add(Output.SCORE_IMPUTED);
    }
    this.engines =
        new Engines<>(
            outputs,
            verdict,
            asked -> {
              Source from = this.source;
              return from.opening(() -> Engine.load(from.file(), spec, asked, this.chunkSamples));
            });
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
   *     outputs that it promises; or the thread is interrupted, which is heeded between two runs of
   *     the graph
   */
  public static Scorer open(Path file, ScorerOptions options) {
    try {
      return open(ArtifactReader.read(file, options.mostFileBytes()), options);
    } catch (ArtifactException e) {
      throw new ArtifactException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Opens an artifact whose probes were proven before, on this machine and by this engine: its
   * bytes are checked as ever, nothing is run, and its engine is loaded when it is needed.
   *
   * @param artifact where the very bytes that were proven can be had, now and whenever an engine is
   *     to be loaded
   * @throws ArtifactException if the bytes are no artifact
   */
  public static Scorer openProven(Bytes artifact, ScorerOptions options) {
    ArtifactReader read = ArtifactReader.of(artifact.read());
    options.trust().ifPresent(keys -> keys.require(read.file()));
    Scorer scorer = new Scorer(read, new Source.Reread(artifact), options.threads(), null);
    scorer.proven = true;
    return scorer;
  }

  /**
   * Opens an artifact that is to be proven later: its bytes are checked as ever, its digest too,
   * and nothing is run. It answers nothing before {@link #prove}.
   *
   * @param artifact where the very same bytes can be had, now and whenever an engine is to be
   *     loaded
   * @throws ArtifactException if the bytes are no artifact
   */
  public static Scorer openUnproven(Bytes artifact, ScorerOptions options) {
    ArtifactReader read = ArtifactReader.of(artifact.read());
    options.trust().ifPresent(keys -> keys.require(read.file()));
    read.requireWhole();
    return new Scorer(read, new Source.Reread(artifact), options.threads(), null);
  }

  /** Whether its probes gave what they should, now or earlier. */
  public boolean isProven() {
    return proven;
  }

  /**
   * Replays the probes, unless that was done.
   *
   * @throws ArtifactException if they do not give the outputs that the file promises, or the thread
   *     is interrupted, which is heeded between two runs of the graph
   */
  public void prove() {
    if (proven) {
      return;
    }
    try {
      new ProbeProof(probes.samples(spec), samples -> score(samples, VERDICT, false))
          .require(probes);
    } catch (IllegalStateException e) {
      throw new ArtifactException("the graph cannot be run: " + e.getMessage(), e);
    }
    proven = true;
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

  /**
   * The name of the key that the file says it is signed by; checked only where {@link
   * ScorerOptions#trust} asks for it.
   */
  public Optional<String> signer() {
    return signer;
  }

  /** The outputs that this artifact has. */
  public Set<Output> outputs() {
    return outputs;
  }

  /** Verdicts on {@code samples}; only the score and both terms are computed. */
  public Judgements judge(Samples samples) {
    return judge(samples, Set.of());
  }

  /**
   * Verdicts on {@code samples}, and in the same pass other outputs, for explanation.
   *
   * @param also any of {@link #outputs}
   */
  public Judgements judge(Samples samples, Set<Output> also) {
    EnumSet<Output> wanted = EnumSet.copyOf(verdict);
    wanted.addAll(also);
    return new Judgements(score(samples, wanted), sample, manifest.threshold().current(), samples);
  }

  /**
   * The outputs {@code wanted}, and only those, of {@code samples}. Large images of a model that
   * takes tiles are cut, and what is said of the tiles put together: {@link Images#outputsByTiles}.
   *
   * @param samples of the artifact's own schema
   * @throws IllegalArgumentException if the artifact lacks one of {@code wanted}
   * @throws IllegalStateException if it is closed, or not proven
   */
  public Scores score(Samples samples, Set<Output> wanted) {
    if (!proven) {
      throw new IllegalStateException("scorer: not proven (expected: proven before it is asked)");
    }
    return score(samples, wanted, true);
  }

  /**
   * Keeps the artifact's bytes no longer in memory: engines that are still to be loaded read them
   * again.
   *
   * @param artifact where the very same bytes can be had
   */
  public void letGoOfBytes(Bytes artifact) {
    source = new Source.Reread(artifact);
  }

  /** Whether an engine is loaded. */
  public boolean hasEngine() {
    return !engines.loaded().isEmpty();
  }

  /**
   * Gives the native memory back until it is asked again, which then takes as long as loading the
   * engine does.
   *
   * @return false if it is at work, and nothing was given back
   */
  public boolean rest() {
    if (!closing.writeLock().tryLock()) {
      return false;
    }
    try {
      engines.unload().forEach(Engine::close);
      return true;
    } finally {
      closing.writeLock().unlock();
    }
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
      engines.unload().forEach(Engine::close);
    } finally {
      closing.writeLock().unlock();
    }
  }

  /** Whether an output is {@code [batch]} rather than {@code [batch, width]}. */
  static boolean isPerRow(Output output) {
    return VERDICT.contains(output) || output == Output.SCORE_IMPUTED;
  }

  /**
   * Opens the bytes of an artifact, as {@link #open(Path, ScorerOptions)} does.
   *
   * @throws ArtifactException if they are no artifact, or do not give the outputs that it promises
   */
  public static Scorer open(byte[] bytes, ScorerOptions options) {
    ArtifactReader artifact = ArtifactReader.of(bytes);
    options.trust().ifPresent(keys -> keys.require(artifact.file()));
    Scorer scorer =
        new Scorer(artifact, new Source.InMemory(artifact.file()), options.threads(), null);
    try {
      scorer.prove();
      artifact.requireWhole();
      return scorer;
    } catch (ArtifactException e) {
      scorer.close();
      throw e;
    }
  }

  /**
   * Opens the bytes of an artifact whose outputs another process computes: no engine is loaded, and
   * its probes are proven there. What a sample is screened for, p-values and the threshold are of
   * these bytes.
   *
   * @throws ArtifactException if they are no artifact, or the other process computes another model
   */
  public static Scorer openElsewhere(byte[] bytes, ScorerOptions options, Elsewhere elsewhere) {
    ArtifactReader artifact = ArtifactReader.of(bytes);
    options.trust().ifPresent(keys -> keys.require(artifact.file()));
    artifact.requireWhole();
    Scorer scorer =
        new Scorer(artifact, new Source.InMemory(artifact.file()), options.threads(), elsewhere);
    try {
      Samples rows = scorer.probes.samples(scorer.spec);
      new ProbeProof(rows, samples -> scorer.score(samples, VERDICT, false))
          .requireWhereJudged(scorer.probes, row -> scorer.screen.reasonAgainst(rows, row) == null);
      scorer.proven = true;
      return scorer;
    } catch (RuntimeException e) {
      scorer.close();
      throw e;
    }
  }

  private Scores score(Samples samples, Set<Output> wanted, boolean screened) {
    requireOwn(samples.spec());
    if (!outputs.containsAll(wanted)) {
      throw new IllegalArgumentException(
          "wanted: " + wanted + " (expected: among " + outputs + ", which the file has)");
    }
    @Nullable String[] reasons = new String[samples.count()];
    Outputs told;
    closing.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("scorer: closed (expected: open)");
      }
      told =
          samples instanceof Images images && images.spec().tiling() != null
              ? images.outputsByTiles(chunkSamples * threads, tiles -> computed(tiles, wanted))
              : computed(samples, wanted);
    } finally {
      closing.readLock().unlock();
    }
    @Nullable NovelValues[] novelties = new NovelValues[samples.count()];
    @Nullable String[] beyond = new String[samples.count()];
    if (screened) {
      screen(samples, told, reasons);
      for (int sample = 0; sample < samples.count(); sample++) {
        novelties[sample] = screen.novelties(samples, sample);
        beyond[sample] = novelties[sample] == null ? screen.beyond(samples, sample) : null;
      }
    }
    return new Scores(told, reasons, novelties, beyond);
  }

  /** The outputs {@code wanted} of samples that the graph takes as they are. */
  private Outputs computed(Samples samples, Set<Output> wanted) {
    EnumMap<Output, float[]> numbers = new EnumMap<>(Output.class);
    EnumMap<Output, String[]> texts = new EnumMap<>(Output.class);
    // Verdicts come from one engine whatever else is wanted, so that their last bit never
    // depends on it.
    EnumSet<Output> others = EnumSet.noneOf(Output.class);
    others.addAll(wanted);
    if (elsewhere != null) {
      take(elsewhere.compute(samples, wanted), others, numbers, texts);
      others.clear();
    } else if (others.removeAll(verdict)) {
      run(engines.computing(verdict), samples, wanted, numbers, texts);
    }
    if (!others.isEmpty()) {
      run(engines.computing(others), samples, wanted, numbers, texts);
    }
    return new Outputs(samples.count(), numbers, texts);
  }

  private static void take(
      Outputs computed,
      Set<Output> wanted,
      Map<Output, float[]> numbers,
      Map<Output, String[]> texts) {
    for (Output output : wanted) {
      if (output == Output.RECONSTRUCTION_CATEGORICAL) {
        texts.put(output, computed.texts(output));
      } else {
        numbers.put(output, computed.values(output));
      }
    }
  }

  private void run(
      Engine engine,
      Samples samples,
      Set<Output> wanted,
      Map<Output, float[]> numbers,
      Map<Output, String[]> texts) {
    int count = samples.count();
    engine
        .widths()
        .forEach(
            (output, width) -> {
              if (!wanted.contains(output)) {
                return;
              }
              int values = Math.multiplyExact(count, width);
              if (output == Output.RECONSTRUCTION_CATEGORICAL) {
                texts.put(output, new String[values]);
              } else {
                numbers.put(output, new float[values]);
              }
            });
    spread(
        engine,
        (count + chunkSamples - 1) / chunkSamples,
        (workspace, chunk) -> {
          int from = chunk * chunkSamples;
          workspace.run(samples, from, Math.min(chunkSamples, count - from), numbers, texts);
        });
  }

  /**
   * Samples that cannot be judged get a reason, and NaN for whatever a verdict could be made of;
   * the imputed score stays where some part of the sample can be judged.
   */
  private void screen(Samples samples, Outputs told, @Nullable String[] reasons) {
    for (int sample = 0; sample < samples.count(); sample++) {
      String reason = screen.reasonAgainst(samples, sample);
      for (Output output : VERDICT) {
        float[] values = numbers(told, output);
        if (reason == null && values != null && !Float.isFinite(values[sample])) {
          reason = "not finite: output '" + output.graphName() + "'";
        }
      }
      if (reason != null) {
        reasons[sample] = reason;
        for (Output output : VERDICT) {
          float[] values = numbers(told, output);
          if (values != null) {
            values[sample] = Float.NaN;
          }
        }
        float[] imputed = numbers(told, Output.SCORE_IMPUTED);
        if (imputed != null && !screen.judgesRest(samples, sample)) {
          imputed[sample] = Float.NaN;
        }
      }
    }
  }

  private static float @Nullable [] numbers(Outputs told, Output output) {
    return told.computed().contains(output) ? told.values(output) : null;
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

  private void workOff(Engine engine, AtomicInteger next, int chunks, ChunkWork work) {
    Workspace workspace = engine.borrow();
    try {
      for (int chunk = next.getAndIncrement(); chunk < chunks; chunk = next.getAndIncrement()) {
        if (!proven && Thread.currentThread().isInterrupted()) {
          throw new ArtifactException("the opening was broken off; open it again");
        }
        work.run(workspace, chunk);
      }
    } catch (OrtException e) {
      next.set(chunks);
      throw new IllegalStateException("the engine failed: " + FaultWords.of(e), e);
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

  private void requireOwn(InputSpec other) {
    if (spec instanceof ImageSpec != other instanceof ImageSpec) {
      throw new IllegalArgumentException(
          spec instanceof ImageSpec
              ? "rows: of a table (expected: images, which model "
                  + manifest.modelId()
                  + " judges); score, evaluate and explain take them, the other commands are for"
                  + " models of tables"
              : "images: (expected: rows, which model " + manifest.modelId() + " judges)");
    }
    if (spec instanceof WindowSpec && other instanceof Schema) {
      throw new IllegalArgumentException(
          "rows: of a table (expected: points of a series, which model "
              + manifest.modelId()
              + " judges by those before them); score, evaluate, explain and the service take"
              + " them, the other commands are for models of tables");
    }
    if (!spec.takes(other)) {
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

  /** Where the graph is had from when an engine is to be loaded. */
  private sealed interface Source {
    OnnxFile file();

    Engine opening(Supplier<Engine> load);

    /** As it was opened. */
    record InMemory(OnnxFile file) implements Source {
      @Override
      public Engine opening(Supplier<Engine> load) {
        return load.get();
      }
    }

    /** Read again. */
    record Reread(Bytes artifact) implements Source {
      @Override
      public OnnxFile file() {
        return OnnxFile.parse(artifact.read());
      }

      @Override
      public Engine opening(Supplier<Engine> load) {
        return artifact.opening(load);
      }
    }
  }

  /** What is done with one chunk. */
  private interface ChunkWork {
    void run(Workspace workspace, int chunk) throws OrtException;
  }
}
