package io.latentry.pipeline.train;

import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.calibration.Terms;
import io.latentry.core.data.Samples;
import io.latentry.core.evaluation.Perturber;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.Outputs;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.training.detector.Detector;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Normal rows that a model did not train on, synthetic perturbations of them, and the terms that
 * the model gave both. Under cross-validation there is one part per fold, each with its own model.
 */
public final class HeldOut {
  /** Rows are perturbed again and again until there are so many, for a steady AUROC. */
  private static final int FEWEST_PERTURBED = 1_000;

  /** More perturbed rows than this would say nothing new. */
  private static final int MOST_PERTURBED = 4_000;

  /** Values of all of them, unless that makes them too few: images are large, and take time. */
  private static final int VALUES_PERTURBED = 1 << 23;

  private final List<Part> parts = new ArrayList<>();

  /**
   * One model's share.
   *
   * @param preprocessor the model's
   * @param places 0-based rows of the data behind {@code rows}
   * @param knownTerms of {@code rows} by a model that trained on them; the model's own where there
   *     is none
   */
  public record Part(
      Preprocessor preprocessor,
      Samples rows,
      int[] places,
      Samples perturbed,
      Terms terms,
      Terms perturbedTerms,
      Terms knownTerms) {

    Part known(Terms byAnother) {
      return new Part(preprocessor, rows, places, perturbed, terms, perturbedTerms, byAnother);
    }
  }

  /**
   * Rows that {@code detector} did not train on.
   *
   * @param perturber that knows the rows which it did train on
   * @param novelty nats, of each row, as {@link io.latentry.pipeline.data.TrainingData#novelty}
   */
  public static Part part(
      Detector detector,
      Perturber perturber,
      Samples rows,
      int[] places,
      double[] novelty,
      long seed) {
    Samples perturbed = perturber.perturb(repeated(rows), seed);
    Terms terms = terms(detector, rows, novelty);
    return new Part(
        detector.trained().preprocessor(),
        rows,
        places,
        perturbed,
        terms,
        terms(detector, perturbed, new double[perturbed.count()]),
        terms);
  }

  public void add(Part part) {
    parts.add(part);
  }

  public List<Part> parts() {
    return parts;
  }

  /** Of all parts, one after the other. */
  public Terms normals() {
    return concat(parts.stream().map(Part::terms).toList());
  }

  /** Of all parts, one after the other. */
  public Terms perturbed() {
    return concat(parts.stream().map(Part::perturbedTerms).toList());
  }

  /**
   * The scores that calibrate, in the order of {@link #normals()}: of each held-out row, what the
   * model says that did not see it, or what the model says that knows it, where that is more.
   *
   * <p>The latter finds the row more usual than a new one; where it finds it stranger nevertheless,
   * its scores lie higher all in all. They do so where rows repeat: a row that is strange because
   * it is rare has the more nats the more rows there are without it, and the scale of a term jumps
   * when most rows are equal. A threshold that many equal rows lie on would then call all of them
   * anomalies.
   */
  public double[] calibrationScores(ScoreMix mix) {
    return parts.stream()
        .flatMapToDouble(
            part -> {
              double[] unseen = mix.scores(part.terms());
              double[] known = mix.scores(part.knownTerms());
              return IntStream.range(0, unseen.length)
                  .mapToDouble(i -> Math.max(unseen[i], known[i]));
            })
        .toArray();
  }

  /** Both terms of {@code rows} and what is new in them, in nats. */
  public static Terms terms(Detector detector, Samples rows) {
    double[] novelty = new double[rows.count()];
    if (detector.outputs().contains(Output.NOVELTY)) {
      Outputs told = detector.run(rows, EnumSet.of(Output.NOVELTY));
      int width = told.width(Output.NOVELTY);
      double[] byColumn = told.doubles(Output.NOVELTY);
      for (int i = 0; i < byColumn.length; i++) {
        novelty[i / width] += byColumn[i];
      }
    }
    return terms(detector, rows, novelty);
  }

  /** Both terms of {@code rows}, whose novelty is known. */
  static Terms terms(Detector detector, Samples rows, double[] novelty) {
    Outputs outputs =
        detector.run(rows, EnumSet.of(Output.RECONSTRUCTION_TERM, Output.LATENT_TERM));
    return new Terms(
        outputs.doubles(Output.RECONSTRUCTION_TERM), outputs.doubles(Output.LATENT_TERM), novelty);
  }

  private static Samples repeated(Samples rows) {
    int fewest =
        Math.min(FEWEST_PERTURBED, Math.max(1, VALUES_PERTURBED / rows.spec().valuesSeen()));
    int times = (fewest + rows.count() - 1) / rows.count();
    int count = Math.min(times * rows.count(), Math.min(MOST_PERTURBED, 4 * fewest));
    return rows.select(IntStream.range(0, count).map(i -> i % rows.count()).toArray());
  }

  private static Terms concat(List<Terms> all) {
    return new Terms(
        all.stream().flatMapToDouble(t -> java.util.Arrays.stream(t.reconstruction())).toArray(),
        all.stream().flatMapToDouble(t -> java.util.Arrays.stream(t.latent())).toArray(),
        all.stream().flatMapToDouble(t -> java.util.Arrays.stream(t.novelty())).toArray());
  }
}
