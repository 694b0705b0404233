import java.io.IOException;
import java.lang.reflect.Field;
import java.util.Arrays;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import software.amazon.dynamodb.services.local.main.ServerRunner;
import software.amazon.dynamodb.services.local.server.DynamoDBProxyServer;

/**
 * Starts DynamoDB Local where only this machine reaches it; by itself it listens on every interface.
 *
 * <p>The first argument is the port, 0 for a free one; the others are the engine's own. Prints {@code listening
 * PORT}. Ends with whoever started it: when its standard input ends.
 */
public class Launcher {
    public static void main(String[] arguments) throws Exception {
        String[] others = Arrays.copyOfRange(arguments, 1, arguments.length);
        DynamoDBProxyServer engine = ServerRunner.createServerFromCommandLineArgs(others);
        ServerConnector connector = (ServerConnector) jetty(engine).getConnectors()[0];
        connector.setHost("127.0.0.1");
        connector.setPort(Integer.parseInt(arguments[0]));
        engine.start();
        System.out.println("listening " + connector.getLocalPort());
        awaitEndOfInput();
        System.exit(0);
    }

    private static Server jetty(DynamoDBProxyServer engine) throws ReflectiveOperationException {
        Field field = DynamoDBProxyServer.class.getDeclaredField("server");
        field.setAccessible(true);
        return (Server) field.get(engine);
    }

    private static void awaitEndOfInput() throws IOException {
        while (System.in.read() != -1) {
            // Nothing is expected on it but its end.
        }
    }
}
