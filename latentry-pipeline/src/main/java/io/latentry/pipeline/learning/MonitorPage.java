package io.latentry.pipeline.learning;

import io.latentry.core.artifact.Manifest.HistoryEntry;
import io.latentry.pipeline.report.Figures;
import io.latentry.pipeline.report.ToolPage;
import io.latentry.pipeline.report.ToolPage.Curve;
import io.latentry.pipeline.report.ToolPage.Tone;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** A learning curve, and the trainings behind it, as a page to look at. */
public final class MonitorPage {
  private MonitorPage() {}

  /** Writes the page; on failure {@code target} is left as it was. */
  public static void write(LearningCurve curve, String source, Path target) {
    ToolPage page = new ToolPage("Training on " + source, "Monitor", curve.verdict() + ".");
    page.section("rows", "Would more rows help?")
        .curves(
            "learning",
            "Learning curve",
            "Negative ELBO by training rows: of %s held-out rows, and of the rows fitted on. A gap that closes is overfitting that goes; a held-out line that still falls wants more rows."
                .formatted(Figures.count(curve.heldOutRows())),
            "training rows",
            "nats a row; lower is better",
            List.of(
                new Curve("held-out rows", Tone.ANOMALY, true, points(curve, false)),
                new Curve("rows fitted on", Tone.NORMAL, false, points(curve, true))),
            Optional.empty(),
            Optional.empty())
        .table(
            "Fits",
            List.of("Share", "#Rows", "#Held-out (nats)", "#Fitted on (nats)", "Finding"),
            curve.points().stream()
                .map(
                    p ->
                        List.of(
                            Figures.percent(p.share()),
                            Figures.count(p.rows()),
                            Figures.of(p.heldOut()),
                            Figures.of(p.training()),
                            p.finding().orElse("none")))
                .toList());
    page.section("course", "Did it learn noise?");
    for (LearningCurve.Point point : curve.points()) {
      String id = "course-" + Math.round(100 * point.share());
      page.curves(
          id,
          "Losses on %s of the rows".formatted(Figures.percent(point.share())),
          point
              .finding()
              .orElse("No sudden fall of the training loss that validation does not follow."),
          "step",
          "loss (nats)",
          List.of(
              new Curve(
                  "training",
                  Tone.NORMAL,
                  false,
                  course(point, e -> e.trainReconstruction() + e.beta() * e.trainKl())),
              new Curve(
                  "validation",
                  Tone.ANOMALY,
                  true,
                  course(point, e -> e.validationReconstruction() + e.beta() * e.validationKl()))),
          Optional.empty(),
          Optional.empty());
    }
    page.write(target);
  }

  private static List<double[]> points(LearningCurve curve, boolean training) {
    return curve.points().stream()
        .map(p -> new double[] {p.rows(), training ? p.training() : p.heldOut()})
        .toList();
  }

  private static List<double[]> course(
      LearningCurve.Point point, ToDoubleFunction<HistoryEntry> loss) {
    return point.history().stream()
        .map(entry -> new double[] {entry.step(), loss.applyAsDouble(entry)})
        .toList();
  }
}
