package io.latentry.training.engine;

import io.latentry.core.data.Samples;
import io.latentry.core.data.Screen;
import io.latentry.core.preprocessing.Prepared;
import io.latentry.core.preprocessing.Preprocessor;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Samples as the model sees them, outside any engine: what models, terms and plain methods are
 * fitted on.
 *
 * @param x {@code float[count * width]}, row-major
 * @param observed of the same shape: 0 where an entry was imputed; null when none can be
 */
public record PreparedSamples(int count, int width, float[] x, float @Nullable [] observed) {
  private static final int BATCH = 16_384;

  /** Vectors of all samples together that are kept, where a sample has many. */
  private static final int MOST_PLACES = 120_000;

  /** Of each sample, however many there are. */
  private static final int FEWEST_PLACES = 8;

  /** A prime, so that samples begin at places that nothing repeats. */
  private static final int PLACES_APART = 7_919;

  /** Values of a batch: each operation makes as many again, and all stay until its end. */
  public static final int BATCH_VALUES = 1 << 18;

  /**
   * Prepares those of {@code samples} that can be judged; of samples with places, some of the
   * places of each, so that together they are not too many.
   */
  public static PreparedSamples of(Preprocessor preprocessor, Samples samples) {
    int places = preprocessor.places();
    int each = Math.max(FEWEST_PLACES, MOST_PLACES / Math.max(1, samples.count()));
    return prepared(preprocessor, samples, true, Math.min(places, each));
  }

  /**
   * As {@link #of}, of at most {@code most} samples drawn without replacement; no other is
   * prepared.
   */
  public static PreparedSamples drawn(
      Preprocessor preprocessor, Samples samples, int most, SplittableRandom random) {
    Screen screen = preprocessor.spec().screen();
    int[] judged =
        IntStream.range(0, samples.count())
            .filter(i -> screen.reasonAgainst(samples, i) == null)
            .toArray();
    if (judged.length <= most) {
      return of(preprocessor, samples);
    }
    int[] chosen = draw(judged.length, most, random);
    Arrays.setAll(chosen, i -> judged[chosen[i]]);
    return of(preprocessor, samples.select(chosen));
  }

  /**
   * {@code float[samples * width]}, row-major, of all samples, whether they can be judged or not;
   * of a sample with places, the mean over them.
   */
  public static float[] vectors(Preprocessor preprocessor, Samples samples) {
    int places = preprocessor.places();
    if (places == 1) {
      return prepared(preprocessor, samples, false, 1).x();
    }
    int width = preprocessor.width();
    float[] means = new float[samples.count() * width];
    for (int i = 0; i < samples.count(); i++) {
      float[] x = prepared(preprocessor, samples.slice(i, i + 1), false, places).x();
      for (int j = 0; j < x.length; j++) {
        means[i * width + j % width] += x[j] / places;
      }
    }
    return means;
  }

  /** Vectors that no preprocessor made. */
  public static PreparedSamples of(float[] x, int width) {
    if (width < 1 || x.length % width != 0) {
      throw new IllegalArgumentException(
          "x: " + x.length + " values (expected: a multiple of width " + width + ")");
    }
    return new PreparedSamples(x.length / width, width, x, null);
  }

  /**
   * @param each vectors of a sample that are kept, spread over its places
   */
  @SuppressWarnings("try") // Scope and guard are closed for their effect.
  private static PreparedSamples prepared(
      Preprocessor preprocessor, Samples samples, boolean onlyJudged, int each) {
    int width = preprocessor.width();
    int places = preprocessor.places();
    float[] x = new float[Math.multiplyExact(Math.multiplyExact(samples.count(), each), width)];
    float[] observed = null;
    int kept = 0;
    int most = Math.max(1, Math.min(BATCH, BATCH_VALUES / preprocessor.spec().values()));
    for (int from = 0; from < samples.count(); from += most) {
      int to = Math.min(samples.count(), from + most);
      Samples batch = samples.slice(from, to);
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard();
          // A few operations a value, whose results are wanted here: the way to a GPU and back is
          // longer, and so the data are the same bits wherever the model trains.
          TorchOps ops = new TorchOps(Device.CPU)) {
        Prepared<Tensor> prepared = preprocessor.apply(ops, preprocessor.raw(batch, ops::tensor));
        float[] batchX = TorchOps.values(prepared.x());
        float[] invalid = TorchOps.values(prepared.invalid());
        Tensor batchObserved = prepared.observed();
        float[] given = batchObserved == null ? null : TorchOps.values(batchObserved);
        if (given != null && observed == null) {
          observed = new float[x.length];
        }
        for (int i = 0; i < batch.count(); i++) {
          if (onlyJudged && (invalid[i] != 0 || batch.fault(i) != null)) {
            continue;
          }
          for (int k = 0; k < each; k++) {
            int vector = i * places + place(from + i, k, each, places);
            System.arraycopy(batchX, vector * width, x, kept * width, width);
            if (given != null && observed != null) {
              System.arraycopy(given, vector * width, observed, kept * width, width);
            }
            kept++;
          }
        }
      }
    }
    if (kept == samples.count() * each) {
      return new PreparedSamples(kept, width, x, observed);
    }
    return new PreparedSamples(
        kept,
        width,
        Arrays.copyOf(x, kept * width),
        observed == null ? null : Arrays.copyOf(observed, kept * width));
  }

  /** Evenly spread over a sample's places, and begun elsewhere in each sample. */
  private static int place(int sample, int k, int each, int places) {
    return each == places
        ? k
        : (int) (((long) k * places / each + (long) sample * PLACES_APART) % places);
  }

  /** At most {@code most} samples, drawn without replacement, in the order drawn. */
  public PreparedSamples sample(int most, RandomGenerator random) {
    if (count <= most) {
      return this;
    }
    int[] drawn = draw(count, most, random);
    float[] chosen = new float[most * width];
    float[] chosenObserved = observed == null ? null : new float[most * width];
    for (int i = 0; i < most; i++) {
      System.arraycopy(x, drawn[i] * width, chosen, i * width, width);
      if (observed != null && chosenObserved != null) {
        System.arraycopy(observed, drawn[i] * width, chosenObserved, i * width, width);
      }
    }
    return new PreparedSamples(most, width, chosen, chosenObserved);
  }

  /** {@code most} of {@code 0..from-1} without replacement, in the order drawn. */
  public static int[] draw(int from, int most, RandomGenerator random) {
    int[] all = IntStream.range(0, from).toArray();
    int[] drawn = new int[most];
    for (int i = 0; i < most; i++) {
      int j = i + random.nextInt(from - i);
      drawn[i] = all[j];
      all[j] = all[i];
    }
    return drawn;
  }

  public float at(int sample, int entry) {
    return x[sample * width + entry];
  }

  /** The values of an entry in the samples where it was not imputed. */
  public double[] given(int entry) {
    return IntStream.range(0, count)
        .map(i -> i * width + entry)
        .filter(at -> observed == null || observed[at] != 0)
        .mapToDouble(at -> x[at])
        .toArray();
  }

  /** Samples {@code from} to {@code from + batch} as tensors. */
  public Prepared<Tensor> take(TorchOps ops, int from, int batch) {
    return new Prepared<>(
        ops.tensor(Arrays.copyOfRange(x, from * width, (from + batch) * width), batch, width),
        observed == null
            ? null
            : ops.tensor(
                Arrays.copyOfRange(observed, from * width, (from + batch) * width), batch, width),
        ops.constant(new float[batch], batch));
  }
}
