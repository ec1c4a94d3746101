//! The pages about customers.

crate::i18n::catalogue! {
    customers_largest => "Largest customer", "Mayor cliente";
    customers_five => "Five largest", "Cinco mayores";
    customers_largest_how => "Part of the tests received in the range that the largest customer sent; tests without a customer count in the whole. Each period has its own largest.",
        "Parte de los ensayos recibidos en el periodo que envió el mayor cliente; los ensayos sin cliente cuentan en el total. Cada periodo tiene su propio mayor.";
    customers_five_how => "Part of the tests received in the range that the five largest customers sent; tests without a customer count in the whole.",
        "Parte de los ensayos recibidos en el periodo que enviaron los cinco mayores clientes; los ensayos sin cliente cuentan en el total.";
    customers_open_how => "Orders that are open now, whatever the range: neither completed nor reported and in no final state.",
        "Pedidos abiertos ahora, sea cual sea el periodo: ni completados ni informados y sin estado final.";
    customers_late_how => "Open orders that are older than the target now, whatever the range.",
        "Pedidos abiertos que ahora superan el objetivo, sea cual sea el periodo.";
    customers_course => "Tests by customer", "Ensayos por cliente";
    customers_course_sub => "received, five largest", "recibidos, cinco mayores";
    customers_course_how => "Tests by the day they were created, of the five customers with most tests in the range; all others, and tests without a customer, together.",
        "Ensayos por el día en que se crearon, de los cinco clientes con más ensayos en el periodo; los demás, y los ensayos sin cliente, juntos.";
    customers_others => "Others", "Otros";
    customers_concentration => "Concentration", "Concentración";
    customers_concentration_sub => "share of tests, largest first", "parte de los ensayos, mayores primero";
    customers_concentration_how => "The customers stand by tests received, largest first; the curve says which part of all tests each and those before it sent. A steep curve means that the work depends on few.",
        "Los clientes van por ensayos recibidos, de mayor a menor; la curva dice qué parte de todos los ensayos enviaron cada uno y los anteriores. Una curva empinada significa que el trabajo depende de pocos.";
    customers_up_to_here => "with those before", "con los anteriores";
    customers_concentration_summary(n: &str, share: &str) => "The {n} largest customers sent {share} of the tests.",
        "Los {n} mayores clientes enviaron {share} de los ensayos.";
    customers_course_summary(n: &str) => "Tests received over time from the {n} largest customers and all others.",
        "Ensayos recibidos en el tiempo de los {n} mayores clientes y de los demás.";
    customers_all => "All customers", "Todos los clientes";
    customers_shown(n: &str, total: &str) => "{n} of {total}", "{n} de {total}";
    customers_with_records => "with records in the range or open orders", "con registros en el periodo o pedidos abiertos";
    customers_share => "Share", "Parte";
    customers_trend => "Trend", "Evolución";
    customers_find => "Find a customer", "Buscar un cliente";
    customers_none => "No customer has records in this range.", "Ningún cliente tiene registros en este periodo.";
    customers_none_found(text: &str) => "No customer answers to “{text}”.", "Ningún cliente responde a «{text}».";
    customers_clear_search => "Show all", "Ver todos";
    customers_new_badge => "new", "nuevo";
    customers_rest(n: &str) => "{n} more: narrow the search, or take all of them away as CSV or XLSX.",
        "{n} más: acote la búsqueda, o llévelos todos como CSV o XLSX.";
    customers_compare => "Comparison", "Comparación";
    customer_figures => "Figures of this customer", "Cifras de este cliente";
    customer_in_range => "In the range", "En el periodo";
    customer_record => "Record", "Ficha";
}
