package io.latentry.core.artifact;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.latentry.core.data.ImageSpec;
import io.latentry.core.data.Images;
import io.latentry.core.data.InputSpec;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Samples;
import io.latentry.core.data.Schema;
import io.latentry.core.data.WindowSpec;
import io.latentry.core.data.Windows;
import io.latentry.core.graph.GraphInput;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Raw rows with the outputs that the training engine gave for them. Every host replays them at load
 * and refuses the file on a mismatch.
 *
 * @param categories what is expected of each category; null where there is no categorical column,
 *     and in older files
 */
public record Probes(
    List<Probe> rows,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable CategoryProbes categories) {
  /** Fewer with a finite outcome prove nothing. */
  private static final int FEWEST = 2;

  /** Without those of categories. */
  public Probes(List<Probe> rows) {
    this(rows, null);
  }

  /**
   * One raw row (NaN and "" = missing) and its expected outputs.
   *
   * @param pixels of an image, plane by plane, in place of numbers; null of any other sample
   */
  public record Probe(
      float[] numeric,
      String[] categorical,
      double score,
      double reconstructionTerm,
      double latentTerm,
      @JsonInclude(JsonInclude.Include.NON_NULL) byte @Nullable [] pixels) {

    /** A row of a table, or a window. */
    public Probe(
        float[] numeric,
        String[] categorical,
        double score,
        double reconstructionTerm,
        double latentTerm) {
      this(numeric, categorical, score, reconstructionTerm, latentTerm, null);
    }

    /** A sample as it is, with what the training engine says of it. */
    public static Probe of(
        Samples samples, int sample, double score, double reconstructionTerm, double latentTerm) {
      if (samples instanceof Images images) {
        return new Probe(
            new float[0],
            new String[0],
            score,
            reconstructionTerm,
            latentTerm,
            images.pixels(sample));
      }
      float[] numeric = new float[size(samples.spec(), GraphInput.Element.FLOAT32)];
      List<String> categorical = new ArrayList<>();
      FloatBuffer into = FloatBuffer.wrap(numeric);
      for (GraphInput input : samples.spec().inputs()) {
        if (input.element() == GraphInput.Element.FLOAT32) {
          samples.copyFloats(input, sample, 1, into);
        } else {
          categorical.addAll(List.of(samples.texts(input, sample, 1)));
        }
      }
      return new Probe(
          numeric, categorical.toArray(new String[0]), score, reconstructionTerm, latentTerm);
    }
  }

  /** The first probe with a finite outcome: that of {@link CategoryProbes}. */
  public Optional<Probe> firstJudged() {
    return rows.stream().filter(Probes::isFinite).findFirst();
  }

  /**
   * The raw samples.
   *
   * @throws ArtifactException if they are too few, or one is no sample of {@code spec} or expects
   *     what no model gives
   */
  public Samples samples(InputSpec spec) {
    if (rows.isEmpty()) {
      throw new ArtifactException(
          "latentry.probes: none (expected: at least "
              + FEWEST
              + ", to prove the file); fit again");
    }
    long finite = rows.stream().filter(Probes::isFinite).count();
    if (finite < FEWEST) {
      throw new ArtifactException(
          "latentry.probes: "
              + finite
              + " rows with a score (expected: at least "
              + FEWEST
              + ", to prove the file); fit again");
    }
    boolean ofImages = spec instanceof ImageSpec;
    int numbers = ofImages ? 0 : size(spec, GraphInput.Element.FLOAT32);
    int texts = size(spec, GraphInput.Element.STRING);
    float[] numeric = new float[rows.size() * numbers];
    String[] categorical = new String[rows.size() * texts];
    for (int i = 0; i < rows.size(); i++) {
      Probe probe = rows.get(i);
      requireNoInfinity(i, "score", probe.score());
      requireNoInfinity(i, "reconstruction_term", probe.reconstructionTerm());
      requireNoInfinity(i, "latent_term", probe.latentTerm());
      if (probe.numeric().length != numbers || probe.categorical().length != texts) {
        throw new ArtifactException(
            "latentry.probes: a row of "
                + probe.numeric().length
                + " numbers and "
                + probe.categorical().length
                + " categories (expected: "
                + numbers
                + " and "
                + texts
                + ", as the model takes); fit again");
      }
      System.arraycopy(probe.numeric(), 0, numeric, i * numbers, numbers);
      System.arraycopy(probe.categorical(), 0, categorical, i * texts, texts);
    }
    if (categories != null) {
      categories.require(spec);
    }
    if (spec instanceof ImageSpec image) {
      return images(image);
    }
    if (spec instanceof Schema schema) {
      return Rows.of(schema, rows.size(), numeric, categorical);
    }
    return Windows.of((WindowSpec) spec, rows.size(), numeric);
  }

  private Images images(ImageSpec spec) {
    byte[][] all = new byte[rows.size()][];
    for (int i = 0; i < all.length; i++) {
      byte[] pixels = rows.get(i).pixels();
      if (pixels == null || pixels.length != spec.values()) {
        throw new ArtifactException(
            "latentry.probes: an image of "
                + (pixels == null ? 0 : pixels.length)
                + " values (expected: "
                + spec.values()
                + ", as the model takes); fit again");
      }
      all[i] = pixels;
    }
    return Images.of(spec, all);
  }

  private static int size(InputSpec spec, GraphInput.Element element) {
    return spec.inputs().stream()
        .filter(input -> input.element() == element)
        .mapToInt(GraphInput::size)
        .sum();
  }

  private static boolean isFinite(Probe probe) {
    return Double.isFinite(probe.score())
        && Double.isFinite(probe.reconstructionTerm())
        && Double.isFinite(probe.latentTerm());
  }

  /** Every value is as near to infinity as the tolerance asks. */
  private static void requireNoInfinity(int row, String name, double expected) {
    if (Double.isInfinite(expected)) {
      throw new ArtifactException(
          "latentry.probes: row "
              + row
              + ", "
              + name
              + ": "
              + expected
              + " (expected: a finite number, or NaN for a row that cannot be judged); fit again");
    }
  }
}
