package io.latentry.pipeline.train;

import io.latentry.core.calibration.Terms;
import io.latentry.core.data.Rows;
import io.latentry.core.evaluation.Perturbations;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.Outputs;
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

  private final List<Part> parts = new ArrayList<>();

  /**
   * One model's share.
   *
   * @param tableRows 0-based rows of the data behind {@code rows}
   */
  public record Part(
      Rows training,
      Rows rows,
      int[] tableRows,
      Rows perturbed,
      Terms terms,
      Terms perturbedTerms) {}

  /** Adds rows that {@code detector} did not train on. */
  public void add(Detector detector, Rows training, Rows rows, int[] tableRows, long seed) {
    Rows perturbed = perturb(training, rows, seed);
    parts.add(
        new Part(
            training,
            rows,
            tableRows,
            perturbed,
            terms(detector, rows),
            terms(detector, perturbed)));
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

  /** Both terms of {@code rows}, in nats. */
  public static Terms terms(Detector detector, Rows rows) {
    Outputs outputs =
        detector.run(rows, EnumSet.of(Output.RECONSTRUCTION_TERM, Output.LATENT_TERM));
    return new Terms(
        outputs.doubles(Output.RECONSTRUCTION_TERM), outputs.doubles(Output.LATENT_TERM));
  }

  private static Rows perturb(Rows training, Rows rows, long seed) {
    int times = (FEWEST_PERTURBED + rows.count() - 1) / rows.count();
    int count = Math.min(MOST_PERTURBED, times * rows.count());
    Rows repeated = rows.select(IntStream.range(0, count).map(i -> i % rows.count()).toArray());
    return new Perturbations(training).perturb(repeated, seed);
  }

  private static Terms concat(List<Terms> all) {
    return new Terms(
        all.stream().flatMapToDouble(t -> java.util.Arrays.stream(t.reconstruction())).toArray(),
        all.stream().flatMapToDouble(t -> java.util.Arrays.stream(t.latent())).toArray());
  }
}
