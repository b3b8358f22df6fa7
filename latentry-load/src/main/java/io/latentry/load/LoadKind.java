package io.latentry.load;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Rows;
import io.latentry.load.service.Workload;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.config.KeyScaling;
import io.latentry.pipeline.config.SeriesConfig;
import io.latentry.pipeline.sample.SampleImages;
import io.latentry.scoring.Scorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A kind of model that a service is loaded with: how one is fitted, and what it is asked about. */
enum LoadKind {
  /** A made table of numbers. */
  TABLE {
    @Override
    Workload fit(FitConfig config, Path folder, Path models) throws IOException {
      SyntheticTable table = SyntheticTable.of(ROWS, COLUMNS, 1);
      Path data = folder.resolve("training.csv");
      table.writeCsv(data);
      Manifest manifest = fitted(data, config, models);
      return Workload.ofTable(
          MODEL, Rows.of(manifest.schema(), ROWS, table.values(), new String[0]));
    }
  },

  /** Made series of some keys, which all are taken as they stand. */
  SERIES {
    @Override
    Workload fit(FitConfig config, Path folder, Path models) throws IOException {
      DataConfig points =
          DataConfig.builder()
              .time(SyntheticSeries.TIME)
              .series(
                  SeriesConfig.DEFAULT
                      .withKeys(List.of(GrowthData.KEY))
                      .withScale(KeyScaling.GLOBAL))
              .build();
      Path data = new GrowthData(folder).series("training", POINTS, FITTED_KEYS, 1);
      Manifest manifest = fitted(data, config.withData(points), models);
      return Workload.ofSeries(
          MODEL,
          manifest,
          IntStream.range(0, ASKED_KEYS)
              .mapToObj(
                  key -> SyntheticSeries.of(CYCLE, GrowthData.CHANNELS, FIRST_ASKED + key).values())
              .toList());
    }
  },

  /** The bundled pictures of sneakers. */
  IMAGE {
    @Override
    Workload fit(FitConfig config, Path folder, Path models) throws IOException {
      Path shoes = folder.resolve("shoes");
      SampleImages.copyTo(shoes);
      Manifest manifest = fitted(shoes, config, models);
      List<byte[]> files = new ArrayList<>();
      for (String sneakers : List.of("test/good", "train/good")) {
        try (Stream<Path> listed = Files.list(shoes.resolve(sneakers))) {
          for (Path file : listed.sorted().toList()) {
            files.add(Files.readAllBytes(file));
          }
        }
      }
      return Workload.ofImages(MODEL, manifest, files);
    }
  };

  static final String MODEL = "model";

  static final int ROWS = 10_000;
  static final int COLUMNS = 30;

  private static final int POINTS = 20_000;
  private static final int FITTED_KEYS = 20;
  private static final int ASKED_KEYS = 10;

  /** A seed that no key has which is fitted on. */
  private static final long FIRST_ASKED = 1_000;

  /** Points after which the swings of a made series are where they began. */
  private static final int CYCLE = 1280;

  /**
   * Fits a model.
   *
   * @param folder for what it is fitted on
   * @param models where it is written, as {@link #MODEL}
   * @return what a service that has it is asked
   */
  abstract Workload fit(FitConfig config, Path folder, Path models) throws IOException;

  private static Manifest fitted(Path data, FitConfig config, Path models) {
    Path artifact = models.resolve(MODEL + ".onnx");
    try (Scorer scorer = Scorer.open(FittedModel.fit(data, config, artifact, Progress.QUIET))) {
      return scorer.manifest();
    }
  }
}
