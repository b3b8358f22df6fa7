package io.latentry.training.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.data.DataException;
import io.latentry.core.data.Windows;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.Outputs;
import io.latentry.core.preprocessing.TablePreprocessor;
import io.latentry.training.detector.Detector;
import io.latentry.training.detector.DetectorFit;
import io.latentry.training.detector.Series;
import io.latentry.training.detector.Tables;
import io.latentry.training.fit.TrainedVae;
import io.latentry.training.fit.TrainingListener;
import io.latentry.training.fit.TrainingStart;
import io.latentry.training.fit.VaeTrainer;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for every encoder of a window. */
class SeriesFitTest {
  /** Settings that say nothing of a table. */
  static final Set<String> OF_WINDOWS = Set.of("view_scaling", "view_time_mask");

  private static final int POINTS = 200;
  private static final TrainingConfig SHORT =
      TrainingConfig.defaults().toBuilder().steps(12).evaluateEvery(6).batch(32).build();

  @ParameterizedTest
  @EnumSource(EncoderKind.class)
  void everyEncoderLearnsWhatFollowsWhat(EncoderKind kind) {
    TrainedVae trained = train(small(kind), SHORT.toBuilder().steps(300).batch(64).build());
    Windows normal = Series.windows(60, 2);
    // The same values, each in its range, in an order that never was.
    float[] turned = new float[normal.count() * Series.SIZE * 3];
    for (int i = 0; i < normal.count(); i++) {
      float[] own = normal.values(i);
      for (int t = 0; t < Series.SIZE; t++) {
        int from = t == 2 ? 6 : t == 6 ? 2 : t;
        System.arraycopy(own, from * 3, turned, (i * Series.SIZE + t) * 3, 3);
      }
    }
    Detector detector = DetectorFit.of(trained, Series.windows(POINTS, 1), 1);
    Set<Output> terms = EnumSet.of(Output.RECONSTRUCTION_TERM, Output.LATENT_TERM);
    Outputs usual = detector.run(normal, terms);
    Outputs strange = detector.run(Windows.of(normal.spec(), normal.count(), turned), terms);
    for (Output term : terms) {
      assertThat(mean(strange.values(term)))
          .as(term.graphName())
          .isGreaterThan(mean(usual.values(term)));
    }
  }

  @ParameterizedTest
  @EnumSource(EncoderKind.class)
  void aFitIsTheSameAgainBitForBit(EncoderKind kind) {
    TrainingConfig altered =
        SHORT.toBuilder().noise(0.1).mask(0.1).scaling(0.1).timeMask(0.2).build();
    TrainedVae once = train(small(kind), altered);
    TrainedVae again = train(small(kind), altered);
    once.weights()
        .forEach(
            (name, weight) ->
                assertThat(again.weights().get(name).values()).as(name).isEqualTo(weight.values()));
  }

  @Test
  void scalingAndTimeMaskChangeWhatIsLearned() {
    float[] asIs = weight(train(small(EncoderKind.GRU), SHORT));
    assertThat(weight(train(small(EncoderKind.GRU), SHORT.toBuilder().scaling(0.2).build())))
        .isNotEqualTo(asIs);
    assertThat(weight(train(small(EncoderKind.GRU), SHORT.toBuilder().timeMask(0.2).build())))
        .isNotEqualTo(asIs);
  }

  @Test
  void theContrastiveViewsOfAWindowAreScaledAndHaveTimeHidden() {
    VaeConfig views =
        VaeConfig.defaults(Variant.CONTRASTIVE).toBuilder()
            .members(1)
            .latent(3)
            .encoder(EncoderKind.GRU)
            .setting("units", "6")
            .build();
    float[] asIs = weight(train(views, SHORT));
    for (String setting : OF_WINDOWS) {
      TrainedVae other = train(views.toBuilder().setting(setting, "0").build(), SHORT);
      assertThat(weight(other)).as(setting).isNotEqualTo(asIs);
    }
  }

  @Test
  void theSettingsOfAnEncoderGiveItsSize() {
    TrainedVae gru = train(small(EncoderKind.GRU).toBuilder().setting("units", "9").build(), SHORT);
    assertThat(gru.weights().get("encoder.start").shape()).containsExactly(2, 1, 9);
    TrainedVae conv =
        train(small(EncoderKind.CONV).toBuilder().setting("filters", "9").build(), SHORT);
    assertThat(conv.weights().get("encoder.joined.weight").shape()).containsExactly(2, 36, 18);
    assertThatThrownBy(() -> small(EncoderKind.CONV).toBuilder().setting("units", "9").build())
        .hasMessage(
            "settings.units: unknown to plain of conv (expected: one of filters, ssim,"
                + " perceptual)");
    assertThatThrownBy(
            () -> train(small(EncoderKind.CONV).toBuilder().setting("ssim", "1").build(), SHORT))
        .isInstanceOf(DataException.class)
        .hasMessage("settings.ssim: set (expected: only for images seen by pixels); leave it out");
    assertThatThrownBy(() -> VaeConfig.defaults().toBuilder().setting("units", "9").build())
        .hasMessage("settings.units: unknown to plain (expected: none)");
    VaeConfig other = small(EncoderKind.GRU).toBuilder().setting("units", "9").build();
    assertThat(other.of(Variant.VAMP).settings()).containsEntry("units", "9");
    assertThat(other.of(EncoderKind.GRU)).isEqualTo(other);
    assertThat(other.of(EncoderKind.LSTM).settings()).isEmpty();
  }

  @Test
  void aTableRefusesWhatOnlyWindowsHave() {
    assertThatThrownBy(() -> trainTable(small(EncoderKind.GRU), SHORT))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("encoder: gru (expected: mlp for a table");
    assertThatThrownBy(
            () -> trainTable(small(EncoderKind.MLP), SHORT.toBuilder().timeMask(0.2).build()))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("time_mask: 0.2 (expected: 0 for a table");
    assertThatThrownBy(
            () -> trainTable(small(EncoderKind.MLP), SHORT.toBuilder().scaling(0.3).build()))
        .hasMessageStartingWith("scaling: 0.3 (expected: 0 for a table");
  }

  private static VaeConfig small(EncoderKind kind) {
    VaeConfig.Builder small =
        VaeConfig.defaults().toBuilder()
            .members(2)
            .latent(3)
            .hidden(java.util.List.of(12))
            .codes(64)
            .encoder(kind);
    return switch (kind) {
      case MLP -> small.build();
      case GRU, LSTM -> small.setting("units", "8").build();
      case CONV -> small.setting("filters", "8").build();
    };
  }

  private static TrainedVae train(VaeConfig config, TrainingConfig training) {
    return new VaeTrainer(config, training, TrainingListener.SILENT)
        .train(
            Series.preprocessor(POINTS, 1),
            Series.windows(POINTS, 1),
            Series.windows(40, 3),
            4,
            TrainingStart.fresh(),
            Optional.empty());
  }

  private static void trainTable(VaeConfig config, TrainingConfig training) {
    var rows = Tables.mixed(60, 1);
    var unused =
        new VaeTrainer(config, training, TrainingListener.SILENT)
            .train(
                TablePreprocessor.fit(rows),
                rows,
                rows,
                4,
                TrainingStart.fresh(),
                Optional.empty());
  }

  private static float[] weight(TrainedVae trained) {
    return trained.weights().get("encoder.gru.gates.weight").values();
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
