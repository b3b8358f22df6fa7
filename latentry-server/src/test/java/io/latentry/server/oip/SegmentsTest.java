package io.latentry.server.oip;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import io.latentry.server.oip.EveryDoor.Protocol;
import io.latentry.server.oip.rest.RestBodies;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Thresholds of segments, which every door answers by. */
final class SegmentsTest {
  private static final String THRESHOLD = "/v1/models/golden/threshold";
  private final EveryDoor service;

  SegmentsTest() throws IOException {
    service = new EveryDoor(1);
  }

  @AfterEach
  void close() {
    service.close();
  }

  private AggregatedHttpResponse patch(String body) {
    return service
        .http()
        .execute(
            RequestHeaders.builder(HttpMethod.PATCH, THRESHOLD).contentType(MediaType.JSON).build(),
            body)
        .aggregate()
        .join();
  }

  /** Anomalies among the rows, as the callers of a door are told. */
  private long anomalies(Protocol protocol) {
    double before = service.sum("latentry_rows_total{", "verdict=\"anomaly\"}");
    assertThat(service.ask(protocol).join().scores()).isEqualTo(service.expected);
    return Math.round(service.sum("latentry_rows_total{", "verdict=\"anomaly\"}") - before);
  }

  private void everyDoorTells(long anomalies) {
    for (Protocol protocol : Protocol.values()) {
      assertThat(anomalies(protocol)).as(protocol.name()).isEqualTo(anomalies);
    }
  }

  @Test
  void everyDoorAnswersByTheThresholdsOfSegmentsAndOneCallTakesThemBack() {
    everyDoorTells(10);
    // Two of the ten are of kind 'high' with a score of 2.43 and 2.45, three more lie above 2.5.
    String segments =
        "{\"segments\": [{\"column\": \"kind\", \"value\": \"high\", \"score\": 2.5}]}";
    JsonNode asked =
        RestBodies.read(patch(segments.replace("}]}", "}], \"what_if\": true}")).contentUtf8());
    assertThat(asked.get("moved").asBoolean()).isFalse();
    everyDoorTells(10);

    JsonNode moved = RestBodies.read(patch(segments).contentUtf8());
    assertThat(moved.at("/after/threshold/segments/0/score").asDouble()).isEqualTo(2.5);
    everyDoorTells(8);
    JsonNode common = RestBodies.read(patch("{\"score\": 2.85}").contentUtf8());
    assertThat(common.at("/after/threshold/segments")).hasSize(1);
    // The two above 2.85 of other kinds, and the two of kind 'high' above its own.
    everyDoorTells(4);

    assertThat(patch("{\"undo\": true}").status().code()).isEqualTo(200);
    everyDoorTells(8);
    assertThat(patch("{\"undo\": true}").status().code()).isEqualTo(200);
    everyDoorTells(10);
  }

  @Test
  void aSegmentWithoutAScoreHasNoAnomaly() {
    AggregatedHttpResponse moved =
        patch(
            "{\"segments\": [{\"column\": \"a\", \"from\": 3.0, \"score\": null},"
                + " {\"column\": \"kind\", \"value\": \"neverSeen\", \"score\": 2.3}]}");
    assertThat(moved.status().code()).as(moved.contentUtf8()).isEqualTo(200);
    assertThat(moved.contentUtf8()).contains("3.0 <= a never", "kind = neverSeen above 2.3");
    assertThat(service.http().get(THRESHOLD).aggregate().join().contentUtf8())
        .contains("\"detail\":\"from 1.913788914680481 to 1.913788914680481, segments [");
    // Of a from 3 on there are six, and the one of the new kind has 2.23.
    everyDoorTells(3);
  }

  @Test
  void whatTheModelDoesNotHaveIsRefused() {
    for (String wrong :
        new String[] {
          "{\"segments\": [{\"column\": \"plant\", \"value\": \"x\", \"score\": 1}]}",
          "{\"segments\": [{\"column\": \"kind\", \"from\": 1, \"score\": 1}]}",
          "{\"segments\": [{\"column\": \"kind\", \"value\": \"low\"}]}",
          "{\"segments\": [{\"column\": \"kind\", \"score\": 1}]}",
          "{\"segments\": [{\"column\": \"at\", \"from\": 1, \"score\": 1}]}",
          "{\"segments\": {}}",
        }) {
      AggregatedHttpResponse refused = patch(wrong);
      assertThat(refused.status().code()).as(wrong).isEqualTo(400);
      assertThat(refused.contentUtf8()).contains("expected: ");
    }
    everyDoorTells(10);
  }
}
