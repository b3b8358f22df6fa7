package io.latentry.pipeline.map;

import io.latentry.pipeline.map.LatentMap.Group;
import io.latentry.pipeline.report.Figures;
import io.latentry.pipeline.report.ToolPage;
import io.latentry.pipeline.report.ToolPage.Dots;
import io.latentry.pipeline.report.ToolPage.Tone;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A latent map as a page: pointing at a dot shows its row. */
public final class MapPage {
  private MapPage() {}

  /** Writes the page; on failure {@code target} is left as it was. */
  public static void write(LatentMap map, String source, Path target) {
    ToolPage page =
        new ToolPage(
            "Latent space of " + source,
            "Latent map",
            "%s rows by their codes of %s dimensions, in two."
                .formatted(Figures.count(map.points().size()), map.latent()));
    for (LatentMap.Layout layout : map.layouts()) {
      page.section("by-" + id(layout), "Who is near whom, by " + layout.name())
          .scatter(
              id(layout),
              layout.name(),
              "Trustworthiness %s, continuity %s over %s neighbours (1 is perfect, 0.5 chance). Distances between groups, and the size of a group, mean little on such a map."
                  .formatted(
                      Figures.share(layout.quality().trustworthiness()),
                      Figures.share(layout.quality().continuity()),
                      layout.quality().neighbours()),
              dots(map, layout));
    }
    if (map.left() > 0 || map.unscorable() > 0) {
      page.section("left", "What is not drawn")
          .paragraph(
              "%s rows are left out to keep the map readable, drawn by the seed; %s rows cannot be judged and have no code."
                  .formatted(Figures.count(map.left()), Figures.count(map.unscorable())));
    }
    page.write(target);
  }

  private static String id(LatentMap.Layout layout) {
    return layout.name().replace("-", "").toLowerCase(Locale.ROOT);
  }

  private static List<Dots> dots(LatentMap map, LatentMap.Layout layout) {
    List<Dots> all = new ArrayList<>();
    for (Group group : Group.values()) {
      List<double[]> points = new ArrayList<>();
      List<String> told = new ArrayList<>();
      for (int i = 0; i < map.points().size(); i++) {
        LatentMap.Point point = map.points().get(i);
        if (point.group() == group) {
          points.add(new double[] {layout.at()[2 * i], layout.at()[2 * i + 1], point.row()});
          told.add(
              group == Group.TRAINING
                  ? ""
                  : "score " + Figures.of(point.score()) + "\n" + point.told());
        }
      }
      if (!points.isEmpty()) {
        all.add(new Dots(group.words(), tone(group), points, told));
      }
    }
    return all;
  }

  private static Tone tone(Group group) {
    return switch (group) {
      case TRAINING -> Tone.QUIET;
      case NORMAL -> Tone.NORMAL;
      case ANOMALY -> Tone.ANOMALY;
    };
  }
}
