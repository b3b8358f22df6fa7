package io.latentry.pipeline.report;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Manifest.HistoryEntry;
import io.latentry.pipeline.report.Chart.Axis;
import io.latentry.pipeline.report.Chart.Ink;
import io.latentry.pipeline.report.Chart.Line;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** How training went: its curves, and whether the model came out healthy. */
final class TrainingSection {

  private TrainingSection() {}

  static void addTo(Page page, Manifest manifest) {
    List<Markup> body = new ArrayList<>();
    body.add(Markup.element("p", healthInWords(manifest.health())));
    body.add(Markup.bullets(manifest.health().findings()));
    Map<String, List<HistoryEntry>> byFold = new LinkedHashMap<>();
    for (HistoryEntry entry : manifest.history()) {
      byFold.computeIfAbsent(entry.fold(), fold -> new ArrayList<>()).add(entry);
    }
    if (byFold.isEmpty()) {
      body.add(Markup.element("p", "No training history was kept."));
    } else {
      body.add(Markup.element("div.grid", curves(page, byFold)));
    }
    double[] kl = manifest.health().klPerDimension();
    if (kl.length > 0) {
      body.add(
          page.chart(
              "kl-per-dimension",
              "KL by latent dimension",
              "Of %s, %s are in use; a dimension near 0 nats carries nothing."
                  .formatted(
                      Figures.count(kl.length, "latent dimension"),
                      Figures.of(manifest.health().activeUnits())),
              new Chart.Bars(
                  Axis.linear("latent dimension"),
                  Axis.linear("KL (nats)"),
                  IntStream.range(0, kl.length).mapToObj(Integer::toString).toList(),
                  IntStream.range(0, kl.length)
                      .mapToDouble(j -> Double.isFinite(kl[j]) ? Figures.plotted(kl[j]) : 0)
                      .toArray(),
                  Ink.NORMAL)));
    }
    page.section("training", "Training", body.toArray(Markup[]::new));
  }

  static String healthInWords(Manifest.Health health) {
    String units =
        "%s of %s latent dimensions are in use"
            .formatted(Figures.of(health.activeUnits()), health.klPerDimension().length);
    if (health.healthy()) {
      return "Training is healthy: "
          + units
          + (health.findings().isEmpty() ? ", and nothing needed repair." : ".");
    }
    return "Training is not healthy: "
        + units
        + "; read the findings before you rely on this model.";
  }

  private static Markup curves(Page page, Map<String, List<HistoryEntry>> byFold) {
    List<HistoryEntry> shown =
        byFold.containsKey(HistoryEntry.FINAL)
            ? byFold.get(HistoryEntry.FINAL)
            : byFold.values().iterator().next();
    HistoryEntry last = shown.get(shown.size() - 1);
    return Markup.join(
        List.of(
            page.chart(
                "reconstruction-curve",
                "Reconstruction",
                "At step %s: %s nats a row in training, %s in validation. Lower is better; a validation line that rises is overfitting."
                    .formatted(
                        Figures.count(last.step()),
                        Figures.of(last.trainReconstruction()),
                        Figures.of(last.validationReconstruction())),
                losses(
                    byFold,
                    "reconstruction (nats)",
                    HistoryEntry::trainReconstruction,
                    HistoryEntry::validationReconstruction)),
            page.chart(
                "kl-curve",
                "KL",
                "At step %s: %s nats a row in training, %s in validation: what the code tells of a row."
                    .formatted(
                        Figures.count(last.step()),
                        Figures.of(last.trainKl()),
                        Figures.of(last.validationKl())),
                losses(byFold, "KL (nats)", HistoryEntry::trainKl, HistoryEntry::validationKl)),
            page.chart(
                "beta-curve",
                "Beta",
                "The weight of the KL in the loss ends at %s.".formatted(Figures.of(last.beta())),
                setting(shown, "beta", HistoryEntry::beta)),
            page.chart(
                "learning-rate-curve",
                "Learning rate",
                "The learning rate peaks at %s."
                    .formatted(
                        Figures.of(
                            shown.stream()
                                .mapToDouble(HistoryEntry::learningRate)
                                .max()
                                .orElse(Double.NaN))),
                setting(shown, "learning rate", HistoryEntry::learningRate))));
  }

  private static Chart losses(
      Map<String, List<HistoryEntry>> byFold,
      String name,
      ToDoubleFunction<HistoryEntry> train,
      ToDoubleFunction<HistoryEntry> validation) {
    List<Line> lines = new ArrayList<>();
    boolean onlyFolds = !byFold.containsKey(HistoryEntry.FINAL);
    byFold.forEach(
        (fold, entries) -> {
          if (fold.equals(HistoryEntry.FINAL) || (onlyFolds && lines.isEmpty())) {
            lines.add(new Line("training", Ink.TRAIN, false, points(entries, train)));
            lines.add(new Line("validation", Ink.VALIDATION, true, points(entries, validation)));
          } else {
            lines.add(
                0,
                new Line("validation, other folds", Ink.QUIET, false, points(entries, validation)));
          }
        });
    return new Chart.Lines(Axis.linear("step"), Axis.linear(name), lines);
  }

  private static Chart setting(
      List<HistoryEntry> entries, String name, ToDoubleFunction<HistoryEntry> value) {
    return new Chart.Lines(
        Axis.linear("step"),
        Axis.linear(name),
        List.of(new Line(name, Ink.TRAIN, false, points(entries, value))));
  }

  private static List<double[]> points(
      List<HistoryEntry> entries, ToDoubleFunction<HistoryEntry> value) {
    return entries.stream()
        .map(entry -> new double[] {entry.step(), Figures.plotted(value.applyAsDouble(entry))})
        .toList();
  }
}
