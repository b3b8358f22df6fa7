package io.latentry.server.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.scoring.SigningKeys;
import io.latentry.scoring.TrustedKeys;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.ModelVersion.State;
import io.latentry.server.serving.RefusedException;
import io.latentry.server.serving.ServingConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that serves only what somebody whom it trusts has signed. */
class TrustTest {
  @TempDir Path models;
  @TempDir Path elsewhere;

  @Test
  void aServiceThatTrustsSomebodyRefusesWhatNobodySignedByFileUploadAndRestart() throws Exception {
    Path key = elsewhere.resolve("key");
    String unused = SigningKeys.create(key);
    ServingConfig trusting =
        ServingConfig.defaults()
            .trusting(Optional.of(TrustedKeys.read(elsewhere.resolve("key.pub"))));
    Path signed = Files.write(elsewhere.resolve("signed.onnx"), Artifacts.fitted(1));
    SigningKeys.read(key).sign(signed);
    Artifacts.put(models, "signed", Files.readAllBytes(signed));
    Artifacts.put(models, "unsigned", Artifacts.fitted(1));
    Path sent = Files.write(elsewhere.resolve("unsigned.onnx"), Artifacts.fitted(2));

    try (ModelCatalog catalog = ModelCatalog.open(models, trusting)) {
      assertThat(catalog.versions("signed").get(0).state()).isEqualTo(State.READY);
      ModelVersion refused = catalog.versions("unsigned").get(0);
      assertThat(refused.state()).isEqualTo(State.FAILED);
      assertThat(refused.reason()).startsWith("signature: none (expected: one by a key of ");
      assertThatThrownBy(() -> catalog.add("signed", sent, true, "ada"))
          .isInstanceOf(RefusedException.class)
          .hasMessageStartingWith("artifact: signature: none");
    }
    // Taken in while nobody was to be trusted.
    try (ModelCatalog careless = ModelCatalog.open(models, ServingConfig.defaults())) {
      assertThat(careless.add("signed", sent, true, "ada").state()).isEqualTo(State.READY);
    }
    try (ModelCatalog catalog = ModelCatalog.open(models, trusting)) {
      assertThat(catalog.versions("signed"))
          .extracting(ModelVersion::state, ModelVersion::role)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(State.READY, ModelVersion.Role.CHAMPION),
              org.assertj.core.groups.Tuple.tuple(State.FAILED, ModelVersion.Role.RETIRED));
    }
  }
}
