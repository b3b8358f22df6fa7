package io.latentry.load;

import io.latentry.core.data.Rows;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.scoring.Scores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The hot loops of scoring under JMH: microseconds for one row, and for a batch of them. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ScorerKernel {
  private static final int COLUMNS = 30;
  private static final int TRAINING_ROWS = 5_000;

  /** One VAE without stored codes, or the default detector. */
  @Param({"single", "default"})
  public String model = "default";

  @Param({"1", "1024", "65536"})
  public int rows = 1;

  @Param("2")
  public int threads = 2;

  private @Nullable Scorer scorer;
  private @Nullable Rows batch;

  public static void main(String[] args) throws IOException {
    // The class path goes into a jar: ONNX Runtime's telemetry reads the whole command line.
    System.setProperty("jmh.separateClasspathJAR", "true");
    org.openjdk.jmh.Main.main(args);
  }

  @Setup(Level.Trial)
  public void fit() throws IOException {
    FitConfig config =
        model.equals("single") ? FittedModel.singleMember(FitConfig.DEFAULT) : FitConfig.DEFAULT;
    Path folder = Files.createTempDirectory("latentry-jmh");
    SyntheticTable training = SyntheticTable.of(TRAINING_ROWS, COLUMNS, 1);
    Path artifact = FittedModel.fit(training, config, folder, model);
    scorer = Scorer.open(artifact, ScorerOptions.threads(threads));
    batch = ScorerRate.rows(scorer, SyntheticTable.of(rows, COLUMNS, 1));
    Files.delete(artifact);
    Files.delete(folder.resolve(model + "-training.csv"));
    Files.delete(folder);
  }

  @Benchmark
  public Scores score() {
    if (scorer == null || batch == null) {
      throw new IllegalStateException("scorer: none (expected: set up)");
    }
    return scorer.score(batch, ScorerRate.WANTED);
  }

  @TearDown
  public void close() {
    if (scorer != null) {
      scorer.close();
    }
  }
}
