package io.latentry.server.registry;

import io.latentry.core.artifact.ArtifactJson;
import io.latentry.core.calibration.Threshold;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Reads models out of the tables. */
final class ModelRows {
  private ModelRows() {}

  static List<RegisteredModel> all(Handle handle) {
    return handle
        .createQuery("SELECT * FROM model ORDER BY name")
        .map((row, context) -> model(handle, row))
        .list();
  }

  static Optional<RegisteredModel> one(Handle handle, String name) {
    return handle
        .createQuery("SELECT * FROM model WHERE name = :name")
        .bind("name", name)
        .map((row, context) -> model(handle, row))
        .findOne();
  }

  static RegisteredModel require(Handle handle, String name) {
    return one(handle, name)
        .orElseThrow(
            () -> new IllegalArgumentException("model: '" + name + "' (expected: a known one)"));
  }

  private static RegisteredModel model(Handle handle, ResultSet row) throws SQLException {
    String name = row.getString("name");
    Map<Integer, List<Threshold>> thresholds = thresholds(handle, name);
    return new RegisteredModel(
        name,
        row.getInt("champion"),
        row.getBoolean("served"),
        Optional.ofNullable(row.getString("file_digest")),
        row.getBoolean("file_present"),
        handle
            .createQuery("SELECT * FROM version WHERE model = :name ORDER BY number")
            .bind("name", name)
            .map((version, context) -> version(version, thresholds))
            .list(),
        handle
            .createQuery("SELECT version FROM former_champion WHERE model = :name ORDER BY place")
            .bind("name", name)
            .mapTo(Integer.class)
            .list());
  }

  private static RegisteredVersion version(ResultSet row, Map<Integer, List<Threshold>> thresholds)
      throws SQLException {
    int number = row.getInt("number");
    return new RegisteredVersion(
        number,
        row.getString("digest"),
        row.getLong("bytes"),
        Instant.parse(row.getString("added_at")),
        row.getString("added_by"),
        row.getBoolean("was_champion"),
        List.copyOf(thresholds.getOrDefault(number, List.of())));
  }

  /** By version, each oldest first. */
  private static Map<Integer, List<Threshold>> thresholds(Handle handle, String name) {
    return handle
        .createQuery(
            "SELECT version, threshold FROM threshold WHERE model = :name ORDER BY version, place")
        .bind("name", name)
        .reduceRows(
            new HashMap<>(),
            (all, row) -> {
              all.computeIfAbsent(row.getColumn("version", Integer.class), v -> new ArrayList<>())
                  .add(ArtifactJson.readThreshold(row.getColumn("threshold", String.class)));
              return all;
            });
  }
}
