package io.latentry.bench.calibration;

import io.latentry.bench.quality.ColumnReading;
import io.latentry.bench.quality.QualityListener;
import io.latentry.bench.quality.TestSet;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.training.fit.TrainingInterruptedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Fits on a part of each set's normal rows, again and again, and asks whether promises hold. */
public final class CalibrationBenchmark {
  private final QualityListener listener;

  public CalibrationBenchmark(QualityListener listener) {
    this.listener = listener;
  }

  /**
   * Measures every set, row count and seed. What cannot be used is kept with the reason.
   *
   * @throws IllegalArgumentException if there is no such folder, or no set of a name
   */
  public KeptPromises run(CalibrationRequest request) {
    List<Path> files = request.files();
    List<PromiseTrial> trials = new ArrayList<>();
    List<KeptPromises.Failure> failures = new ArrayList<>();
    int total = files.size() * request.rows().size() * request.seeds().size();
    long start = System.nanoTime();
    int done = 0;
    for (Path file : files) {
      Optional<TestSet> set = Optional.empty();
      for (int rows : request.rows()) {
        for (int seed : request.seeds()) {
          done++;
          try {
            if (set.isEmpty()) {
              set =
                  Optional.of(TestSet.read(file, request.config().data(), ColumnReading.INFERRED));
            }
            Optional<PromiseTrial> trial =
                trial(TestSet.name(file), set.get(), rows, request.config().withSeed(seed));
            trial.ifPresent(trials::add);
            double secondsEach = (System.nanoTime() - start) / 1e9 / done;
            listener.done(
                trial
                    .map(CalibrationBenchmark::line)
                    .orElse(TestSet.name(file) + ": too few normal rows for fits on " + rows),
                done,
                total,
                secondsEach * (total - done));
          } catch (TrainingInterruptedException interrupted) {
            throw interrupted;
          } catch (RuntimeException e) {
            String reason = e.getMessage() == null ? e.toString() : e.getMessage();
            failures.add(new KeptPromises.Failure(TestSet.name(file), rows, seed, reason));
            listener.failed(TestSet.name(file), reason);
          }
        }
      }
    }
    return KeptPromises.of(trials, failures);
  }

  /** Nothing of a set that has not twice as many normal rows: as many stay fresh, at least. */
  private static Optional<PromiseTrial> trial(
      String name, TestSet set, int rows, FitConfig config) {
    int[] normals = set.normals();
    int learned = rows == 0 ? normals.length / 2 : rows;
    if (2L * learned > normals.length) {
      return Optional.empty();
    }
    SharedOut data = SharedOut.of(set.table(), normals, learned, config.seed());
    return Optional.of(PromiseTrial.run(name, data, config));
  }

  private static String line(PromiseTrial trial) {
    return String.format(
        Locale.ROOT,
        "%s, %,d rows, seed %d: promised %.2f %%, at most %.2f %%; observed %.2f %% of %,d%s",
        trial.set(),
        trial.rows(),
        trial.seed(),
        100 * trial.promised(),
        100 * trial.upperBound(),
        100 * trial.observed(),
        trial.fresh(),
        trial.isBroken() ? ": broken" : trial.isWithinBound() ? "" : ": above the bound");
  }
}
