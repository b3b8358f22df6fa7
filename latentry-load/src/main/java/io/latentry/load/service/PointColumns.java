package io.latentry.load.service;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Column;
import io.latentry.core.series.SeriesSettings;
import java.util.List;
import java.util.Objects;

/**
 * What the cells of a point are called.
 *
 * @param key the one column that says whose it is
 */
record PointColumns(String time, String key, List<String> channels) {
  static PointColumns of(Manifest manifest) {
    SeriesSettings settings = Objects.requireNonNull(manifest.series(), "series");
    return new PointColumns(
        settings.time(),
        settings.keys().get(0),
        manifest.schema().columns().stream().map(Column::name).toList());
  }
}
