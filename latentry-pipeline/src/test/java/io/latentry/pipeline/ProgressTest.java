package io.latentry.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProgressTest {
  @Test
  void aFileThatIsWrittenAsideIsToldByTheNameThatItWillHave() {
    List<String> told = new ArrayList<>();
    Progress steps =
        new Progress() {
          @Override
          public void stage(String name) {
            told.add(name);
          }

          @Override
          public void notice(String sentence) {
            told.add(sentence);
          }
        };
    Progress naming = Progress.naming(steps, ".next.onnx.4711.onnx", "next.onnx");
    naming.stage("writing .next.onnx.4711.onnx");
    naming.stage("training");
    naming.notice("a notice");
    assertThat(told).containsExactly("writing next.onnx", "training", "a notice");
  }
}
