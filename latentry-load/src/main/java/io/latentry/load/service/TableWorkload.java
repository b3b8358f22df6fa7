package io.latentry.load.service;

import io.latentry.core.data.Rows;
import io.latentry.scoring.Scorer;
import java.util.List;

/** Rows of a table. */
final class TableWorkload extends Workload {
  private final Rows rows;

  TableWorkload(String model, Rows rows) {
    super(model);
    this.rows = rows;
  }

  @Override
  public String words() {
    return rows.schema().columns().size() + " columns";
  }

  @Override
  List<LoadDoor> doors(LoadClient client, int samples) {
    List<Rows> requests =
        turns(DIFFERENT_REQUESTS, samples, rows.count()).stream().map(rows::select).toList();
    return List.of(
        LoadDoor.api(
            client, model(), "JSON", Bodies.JSON_TYPE, requests.stream().map(Bodies::api).toList()),
        LoadDoor.oip(client, model(), requests),
        LoadDoor.grpc(client, model(), requests));
  }

  @Override
  KnownAnswer known(int port, Scorer scorer) {
    Rows row = rows.select(new int[] {0});
    return new KnownAnswer(
        port, model(), Bodies.JSON_TYPE, Bodies.api(row), row, scorer.judge(row).score(0));
  }
}
