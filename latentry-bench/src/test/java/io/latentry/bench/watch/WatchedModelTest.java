package io.latentry.bench.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Rows;
import io.latentry.core.monitoring.DriftCourse;
import io.latentry.core.monitoring.DriftFinding;
import io.latentry.core.monitoring.DriftLook;
import io.latentry.core.monitoring.Quantity;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowReader;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.pipeline.sample.SampleData;
import io.latentry.scoring.Scorer;
import io.latentry.training.config.Profile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Benign tumours of the bundled table, of which the model knows two of three, hour by hour. */
final class WatchedModelTest {
  private static final int ROWS_AN_HOUR = 100;
  private static final long DAYS = 20;
  private static final long HOURS_PER_DAY = 24;

  @TempDir private static Path folder;
  private static Scorer scorer;
  private static Rows fresh;

  @BeforeAll
  static void fit() throws IOException {
    List<String> known = new ArrayList<>();
    List<String> others = new ArrayList<>();
    SampleData sample = SampleData.BREAST_CANCER;
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(sample.open(), StandardCharsets.UTF_8))) {
      String header = in.readLine();
      known.add(header);
      others.add(header);
      int label = List.of(header.split(",", -1)).indexOf(sample.labelColumn());
      List<String> normal =
          in.lines().filter(l -> l.split(",", -1)[label].equals(sample.normalLabel())).toList();
      for (int i = 0; i < normal.size(); i++) {
        (i % 3 == 0 ? others : known).add(normal.get(i));
      }
    }
    Path model = folder.resolve("cells.onnx");
    FitConfig config = FitConfig.DEFAULT.withModel(Profile.FAST.over(FitConfig.DEFAULT.model()));
    new FitPipeline(Progress.QUIET)
        .fit(
            FitRequest.of(
                Files.write(folder.resolve("known.csv"), known),
                config.withData(
                    config.data().toBuilder().exclude(List.of(sample.labelColumn())).build()),
                model));
    scorer = Scorer.open(model);
    fresh = rows(Files.write(folder.resolve("others.csv"), others));
  }

  private static Rows rows(Path file) {
    Manifest manifest = scorer.manifest();
    List<Rows> batches = new ArrayList<>();
    try (DataSource source =
            DataSource.open(List.of(file.toString()), ReadOptions.asFitted(manifest));
        RowReader reader = source.rows(manifest.schema(), List.of(), 1_000, ReadListener.NONE)) {
      while (reader.hasNext()) {
        batches.add(reader.next().rows());
      }
    }
    return Rows.concat(manifest.schema(), batches);
  }

  @AfterAll
  static void close() {
    scorer.close();
  }

  @Test
  void twentyQuietDaysCallNothingAndColumnsThatNoLongerGoTogetherAreCalledInWords() {
    WatchedModel quiet = new WatchedModel(scorer.manifest());
    WatchedModel.Source usual = WatchedModel.Source.of(scorer, fresh);
    Random random = new Random(1);
    for (long hour = 0; hour < DAYS * HOURS_PER_DAY; hour++) {
      quiet.add(hour, usual, ROWS_AN_HOUR, random);
      if (hour % 2 == 0) {
        DriftLook look = quiet.look(hour + 1).drift();
        assertThat(called(look)).as("hour %d", hour).isEmpty();
      }
    }
    for (long seed = 1; seed <= 3; seed++) {
      Rows apart = PlantedDrift.MIXED_UP.of(fresh, new Random(seed)).orElseThrow().rows();
      WatchedModel.Source now = WatchedModel.Source.of(scorer, apart);
      WatchedModel changed = quiet.copy();
      for (long hour = 0; hour < HOURS_PER_DAY; hour++) {
        changed.add(DAYS * HOURS_PER_DAY + hour, now, ROWS_AN_HOUR, random);
      }
      DriftLook look = changed.look((DAYS + 1) * HOURS_PER_DAY).drift();
      assertThat(look.isOfDependence()).as("seed %d", seed).isTrue();
      List<DriftFinding> called = called(look);
      assertThat(called).noneMatch(f -> f.kind() == Quantity.Kind.COLUMN);
      assertThat(called)
          .filteredOn(f -> f.kind() == Quantity.Kind.LATENT)
          .isNotEmpty()
          .allMatch(
              f -> f.words().startsWith("columns no longer go together as they did: latent_mean "))
          .allMatch(f -> f.course().shape() == DriftCourse.Shape.SUDDEN);
    }
  }

  private static List<DriftFinding> called(DriftLook look) {
    return look.findings().stream().filter(DriftFinding::called).toList();
  }
}
