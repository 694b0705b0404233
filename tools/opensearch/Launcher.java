import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.http.HttpServerTransport;
import org.opensearch.index.reindex.ReindexPlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.transport.Netty4Plugin;

/**
 * Starts one node of OpenSearch that only this machine reaches.
 *
 * <p>The arguments are the port, 0 for a free one, and the directory of its data. Prints {@code listening PORT}.
 * Ends with whoever started it: when its standard input ends.
 */
public class Launcher extends Node {
    private Launcher(Environment environment) {
        super(environment, List.of(Netty4Plugin.class, ReindexPlugin.class), false);
    }

    public static void main(String[] arguments) throws Exception {
        Settings settings = Settings.builder()
            .put("path.home", arguments[1])
            .put("network.host", "127.0.0.1")
            .put("http.port", arguments[0])
            .put("transport.port", "0")
            .put("discovery.type", "single-node")
            .put("node.processors", 1)
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .build();
        Node node = new Launcher(
            InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), Path.of(arguments[1]), () -> "vexil"));
        node.start();
        HttpServerTransport http = node.injector().getInstance(HttpServerTransport.class);
        System.out.println("listening " + http.boundAddress().publishAddress().getPort());
        awaitEndOfInput();
        node.close();
        System.exit(0);
    }

    private static void awaitEndOfInput() throws IOException {
        while (System.in.read() != -1) {
            // Nothing is expected on it but its end.
        }
    }
}
