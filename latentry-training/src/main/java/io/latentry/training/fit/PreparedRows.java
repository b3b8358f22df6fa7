package io.latentry.training.fit;

import io.latentry.core.data.Rows;
import io.latentry.core.preprocessing.Prepared;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.training.engine.TorchOps;
import io.latentry.training.model.ForwardPass;
import io.latentry.training.model.Vae;
import io.latentry.training.model.layer.Weights;
import io.latentry.training.term.Codes;
import io.latentry.training.term.Vectors;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Rows as the model sees them, without those that cannot be judged.
 *
 * @param x {@code float[count * width]}, row-major
 * @param observed of the same shape: 0 where an entry was imputed; null when none can be
 */
public record PreparedRows(int count, int width, float[] x, float @Nullable [] observed) {
  private static final int BATCH = 16_384;

  @SuppressWarnings("try") // Scope and guard are closed for their effect.
  public static PreparedRows of(Preprocessor preprocessor, Rows rows) {
    int width = preprocessor.width();
    float[] x = new float[Math.multiplyExact(rows.count(), width)];
    float[] observed = null;
    int kept = 0;
    for (int from = 0; from < rows.count(); from += BATCH) {
      int to = Math.min(rows.count(), from + BATCH);
      Rows batch = rows.slice(from, to);
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard();
          TorchOps ops = new TorchOps()) {
        Prepared<Tensor> prepared =
            preprocessor.apply(ops, preprocessor.raw(batch, TorchOps::tensor));
        float[] batchX = TorchOps.values(prepared.x());
        float[] invalid = TorchOps.values(prepared.invalid());
        Tensor batchObserved = prepared.observed();
        float[] given = batchObserved == null ? null : TorchOps.values(batchObserved);
        if (given != null && observed == null) {
          observed = new float[x.length];
        }
        for (int i = 0; i < batch.count(); i++) {
          if (invalid[i] == 0 && batch.fault(i) == null) {
            System.arraycopy(batchX, i * width, x, kept * width, width);
            if (given != null && observed != null) {
              System.arraycopy(given, i * width, observed, kept * width, width);
            }
            kept++;
          }
        }
      }
    }
    return new PreparedRows(
        kept,
        width,
        Arrays.copyOf(x, kept * width),
        observed == null ? null : Arrays.copyOf(observed, kept * width));
  }

  /** At most {@code most} rows, drawn without replacement. */
  public PreparedRows sample(int most, SplittableRandom random) {
    if (count <= most) {
      return this;
    }
    int[] order = IntStream.range(0, count).toArray();
    float[] chosen = new float[most * width];
    float[] chosenObserved = observed == null ? null : new float[most * width];
    for (int i = 0; i < most; i++) {
      int from = i + random.nextInt(count - i);
      int row = order[from];
      order[from] = order[i];
      System.arraycopy(x, row * width, chosen, i * width, width);
      if (observed != null && chosenObserved != null) {
        System.arraycopy(observed, row * width, chosenObserved, i * width, width);
      }
    }
    return new PreparedRows(most, width, chosen, chosenObserved);
  }

  /** A trained model's view of these rows. */
  @SuppressWarnings("try") // Scope and guard are closed for their effect.
  public Codes codes(Vae vae, TrainedVae trained) {
    int members = vae.members();
    int latent = vae.posterior().latent();
    Codes codes =
        new Codes(
            members,
            count,
            latent,
            width,
            new float[members * count * latent],
            new float[members * count * latent],
            new float[members * count * width],
            new float[members * count * width]);
    for (int from = 0; from < count; from += BATCH) {
      int batch = Math.min(count, from + BATCH) - from;
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard();
          TorchOps ops = new TorchOps()) {
        ForwardPass<Tensor> pass =
            new ForwardPass<>(
                ops, vae, Weights.of(ops, trained.weights()), vectors().prepared(ops, from, batch));
        for (int m = 0; m < members; m++) {
          copy(pass.mean(), codes.mean(), m, from, batch, latent);
          copy(pass.posterior().logVar(), codes.logVar(), m, from, batch, latent);
          copy(pass.expected(), codes.expected(), m, from, batch, width);
          copy(pass.residual(), codes.residual(), m, from, batch, width);
        }
      }
    }
    return codes;
  }

  /** The same rows, for terms to be fitted on. */
  public Vectors vectors() {
    return new Vectors(count, width, x, observed);
  }

  /** Member {@code m} of {@code [members, batch, columns]} into its place among all rows. */
  private void copy(Tensor of, float[] into, int m, int from, int batch, int columns) {
    float[] values = TorchOps.values(of.narrow(0, m, 1));
    System.arraycopy(values, 0, into, (m * count + from) * columns, batch * columns);
  }
}
