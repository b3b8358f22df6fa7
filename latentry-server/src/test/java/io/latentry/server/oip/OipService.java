package io.latentry.server.oip;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.client.BlockingWebClient;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.grpc.GrpcClients;
import io.latentry.core.data.Column;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.server.RefusingHost;
import io.latentry.server.RunningService;
import io.latentry.server.serving.ModelVersion;
import java.util.List;
import java.util.Random;

/** The service with clients of both doors, and a scorer to compare. */
public final class OipService implements AutoCloseable {
  static final String MODEL = RunningService.MODEL;

  private final RunningService service = new RunningService();
  public final RefusingHost host = service.host();
  public final Scorer scorer = Scorer.open(RunningService.artifact(), ScorerOptions.threads(1));

  public int port() {
    return service.port();
  }

  Schema schema() {
    return scorer.manifest().schema();
  }

  public Judgements judge(Rows rows) {
    return scorer.judge(rows);
  }

  public String authority() {
    return "127.0.0.1:" + port();
  }

  public BlockingWebClient http() {
    return WebClient.of("http://" + authority()).blocking();
  }

  public <T> T grpc(Class<T> stub) {
    return GrpcClients.newClient("gproto+http://" + authority() + "/", stub);
  }

  /** What is under way (an alarm that is being explained, say) keeps a version for a moment. */
  public void awaitUnloaded() throws InterruptedException {
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (host.versions().stream().anyMatch(v -> v.state() == ModelVersion.State.UNLOADING)) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  /** Rows like the training rows and stranger, one in eight without a value that must be there. */
  public Rows rows(int count, long seed) {
    Random random = new Random(seed);
    Schema schema = schema();
    float[] numeric = new float[count * schema.numericCount()];
    String[] categorical = new String[count * schema.categoricalCount()];
    for (int i = 0; i < numeric.length; i++) {
      Column column = schema.columns().get(i % schema.numericCount());
      double spread = column.max() - column.min();
      numeric[i] = (float) (column.min() + spread * (1.4 * random.nextDouble() - 0.2));
    }
    for (int row = 0; row < count; row++) {
      if (random.nextInt(8) == 0) {
        numeric[row * schema.numericCount()] = Float.NaN;
      }
    }
    for (int i = 0; i < categorical.length; i++) {
      List<String> categories = schema.categorical(i % schema.categoricalCount()).categories();
      int chosen = random.nextInt(categories.size() + 1);
      categorical[i] = chosen == categories.size() ? "né☃" : categories.get(chosen);
    }
    return Rows.of(schema, count, numeric, categorical);
  }

  @Override
  public void close() {
    service.close();
    scorer.close();
  }
}
