package io.latentry.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.kafka.model.ModelName;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class VerdictSerdeTest {
  @Test
  void aVerdictOfAnEarlierVersionIsReadThoughItKeepsFieldsByNamesThatAreOursNow() {
    String earlier =
        """
        {"topic":"raw","partition":0,"offset":7,"model":"m1","score":1.5,"p_value":0.25,\
        "verdict":"normal","reason":"","reconstruction_term":1.0,"latent_term":0.5,\
        "threshold":"high","model_version":"seven","model_digest":"none"}\
        """;
    StreamVerdict read =
        new VerdictSerde()
            .deserializer()
            .deserialize("verdicts", earlier.getBytes(StandardCharsets.UTF_8));
    assertThat(read.model())
        .isEqualTo(new ModelName("m1", "", Optional.empty(), OptionalInt.empty()));
    assertThat(read.threshold()).isNaN();
    assertThat(read.kept()).containsOnlyKeys("threshold", "model_version", "model_digest");
    assertThat(read.kept().get("threshold").text()).isEqualTo("high");
  }
}
