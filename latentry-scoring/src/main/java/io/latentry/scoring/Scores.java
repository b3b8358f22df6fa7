package io.latentry.scoring;

import io.latentry.core.data.NovelValues;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.Outputs;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the graph says of some samples, and which of them cannot be judged. */
public final class Scores {
  private final Outputs outputs;
  private final @Nullable String[] reasons;
  private final @Nullable NovelValues[] novelties;
  private final @Nullable String[] beyond;

  /**
   * @param reasons {@code String[count]}: why a sample cannot be judged, null where it can
   * @param novelties {@code NovelValues[count]}: what training never saw, null where it saw all
   * @param beyond {@code String[count]}: what else lies beyond it, in words; null where nothing
   */
  Scores(
      Outputs outputs,
      @Nullable String[] reasons,
      @Nullable NovelValues[] novelties,
      @Nullable String[] beyond) {
    this.beyond = beyond;
    this.outputs = outputs;
    this.reasons = reasons;
    this.novelties = novelties;
  }

  /** Samples. */
  public int count() {
    return outputs.count();
  }

  /** The numeric outputs that are here. */
  public Set<Output> outputs() {
    return outputs.computed();
  }

  /**
   * {@code float[count * width]}, row-major; not a copy. The score and both terms of an unscorable
   * sample are NaN.
   *
   * @throws IllegalArgumentException if the output was not asked for
   */
  public float[] values(Output output) {
    return outputs.values(output);
  }

  /** Values of {@code output} per sample. */
  public int width(Output output) {
    return outputs.width(output);
  }

  /**
   * {@code String[count * categoricalColumns]}, row-major, of {@link
   * Output#RECONSTRUCTION_CATEGORICAL}; empty if it was not asked for.
   */
  public String[] expectedCategories() {
    return outputs.hasTexts(Output.RECONSTRUCTION_CATEGORICAL)
        ? outputs.texts(Output.RECONSTRUCTION_CATEGORICAL)
        : new String[0];
  }

  /** {@code samples} neighbouring samples from {@code first} on, as a copy. */
  public Scores slice(int first, int samples) {
    return new Scores(
        outputs.slice(first, samples),
        Arrays.copyOfRange(reasons, first, first + samples),
        Arrays.copyOfRange(novelties, first, first + samples),
        Arrays.copyOfRange(beyond, first, first + samples));
  }

  /** Scores put one after the other, as a copy; all have the same outputs, and there is one. */
  static Scores concat(List<Scores> parts) {
    return new Scores(
        Outputs.concat(parts.stream().map(part -> part.outputs).toList()),
        parts.stream().flatMap(p -> Arrays.stream(p.reasons)).toArray(String[]::new),
        parts.stream().flatMap(p -> Arrays.stream(p.novelties)).toArray(NovelValues[]::new),
        parts.stream().flatMap(p -> Arrays.stream(p.beyond)).toArray(String[]::new));
  }

  /** The same with other values of a numeric output. */
  Scores with(Output output, float[] values) {
    return new Scores(outputs.with(output, values), reasons, novelties, beyond);
  }

  /** Why {@code sample} cannot be judged, or null if it can. */
  public @Nullable String reasonAgainst(int sample) {
    return reasons[sample];
  }

  /** What training never saw in {@code sample}; null if it saw all of it. */
  public @Nullable NovelValues novelties(int sample) {
    return novelties[sample];
  }

  /** Which numbers of {@code sample} lie well beyond those of training, in words; or null. */
  @Nullable String beyond(int sample) {
    return beyond[sample];
  }

  /** The score of what can be judged of a sample that cannot be judged as a whole; NaN if none. */
  float scoreOfRest(int sample) {
    return outputs.computed().contains(Output.SCORE_IMPUTED)
        ? outputs.values(Output.SCORE_IMPUTED)[sample]
        : Float.NaN;
  }
}
