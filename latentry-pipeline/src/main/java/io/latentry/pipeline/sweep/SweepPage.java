package io.latentry.pipeline.sweep;

import io.latentry.pipeline.report.Figures;
import io.latentry.pipeline.report.ToolPage;
import io.latentry.pipeline.report.ToolPage.Curve;
import io.latentry.pipeline.report.ToolPage.Tone;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** A sweep as a page to look at. */
public final class SweepPage {
  private static final List<Tone> TONES = List.of(Tone.NORMAL, Tone.ANOMALY, Tone.QUIET);

  private SweepPage() {}

  /** Writes the page; on failure {@code target} is left as it was. */
  public static void write(SweepOutcome outcome, String source, Path target) {
    Map<String, SweepPoint> elbows = outcome.elbows();
    Optional<SweepPoint> first = outcome.curves().keySet().stream().findFirst().map(elbows::get);
    double[] range = outcome.usualRange();
    ToolPage page =
        new ToolPage(
            "Latent sizes for " + source,
            "Sweep",
            first
                .map(
                    p ->
                        "The elbow is at %s latent units, %s of the input's %s entries."
                            .formatted(
                                p.latent(),
                                Figures.percent((double) p.latent() / outcome.width()),
                                outcome.width()))
                .orElse("The curve has no elbow in this grid."));
    page.section("curves", "How much a larger code helps")
        .paragraph(
            "Each point is a model fitted on %s rows and judged on %s others. The elbow is found by kneedle (Satopaa et al. 2011, sensitivity 1) on the held-out reconstruction. Shaded: 5 to 30 %% of the input's %s entries, %s to %s units."
                .formatted(
                    Figures.count(outcome.trainingRows()),
                    Figures.count(outcome.heldOutRows()),
                    outcome.width(),
                    Figures.of(range[0]),
                    Figures.of(range[1])));
    SweepPoint best =
        outcome.points().stream().reduce((a, b) -> b.elbo() > a.elbo() ? b : a).orElseThrow();
    chart(
        page,
        outcome,
        "reconstruction",
        "Held-out reconstruction",
        "Where the line flattens, a larger code tells little more of a row.",
        "nats a row; lower is better",
        SweepPoint::reconstruction,
        first);
    chart(
        page,
        outcome,
        "elbo",
        "ELBO",
        "The highest, %s nats, is at %s latent units (%s)."
            .formatted(Figures.of(best.elbo()), best.latent(), best.curve()),
        "nats a row; higher is better",
        SweepPoint::elbo,
        first);
    chart(
        page,
        outcome,
        "active",
        "Latent units in use",
        "Units that carry at least 0.01 nats; where the line bends away from the diagonal, units collapse.",
        "units",
        SweepPoint::activeUnits,
        Optional.empty());
    chart(
        page,
        outcome,
        "seconds",
        "Training time",
        "Seconds a fit; several ran at a time.",
        "seconds, on a machine that may have been busy",
        SweepPoint::seconds,
        Optional.empty());
    page.section("points", "All fits")
        .table(
            "Fits",
            List.of(
                "Model",
                "#Latent units",
                "#Reconstruction (nats)",
                "#KL (nats)",
                "#ELBO (nats)",
                "#Units in use",
                "#Seconds",
                "Elbow"),
            outcome.points().stream()
                .map(
                    p ->
                        List.of(
                            p.curve(),
                            String.valueOf(p.latent()),
                            Figures.of(p.reconstruction()),
                            Figures.of(p.kl()),
                            Figures.of(p.elbo()),
                            Figures.of(p.activeUnits()),
                            Figures.of(p.seconds()),
                            p.equals(elbows.get(p.curve())) ? "here" : ""))
                .toList())
        .write(target);
  }

  private static void chart(
      ToolPage page,
      SweepOutcome outcome,
      String id,
      String title,
      String summary,
      String unit,
      ToDoubleFunction<SweepPoint> value,
      Optional<SweepPoint> elbow) {
    List<Curve> curves = new ArrayList<>();
    outcome
        .curves()
        .forEach(
            (name, points) ->
                curves.add(
                    new Curve(
                        name,
                        TONES.get(curves.size() % TONES.size()),
                        curves.size() >= TONES.size(),
                        points.stream()
                            .map(p -> new double[] {p.latent(), value.applyAsDouble(p)})
                            .toList())));
    page.curves(
        id,
        title,
        summary,
        "latent units",
        unit,
        curves,
        elbow.map(p -> Map.entry((double) p.latent(), "elbow: " + p.latent())),
        Optional.of(outcome.usualRange()));
  }
}
