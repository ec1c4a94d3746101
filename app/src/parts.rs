//! The parts of the browser's program. What every page needs arrives with the first page; the rest is divided by what
//! people open together, and a part is fetched when one of its pages is first opened. A part for every page would be
//! smaller still, but what pages share would then fall into hundreds of files.

use crate::model::records::RecordKind;
use crate::pages::account::OwnAccountPage;
use crate::pages::admin::{AdministrationPage, AuditLogPage, SettingsPage};
use crate::pages::customers::CustomersPage;
use crate::pages::mix::MixPage;
use crate::pages::operations::OperationsPage;
use crate::pages::overview::OverviewPage;
use crate::pages::priority::PriorityPage;
use crate::pages::quality::QualityPage;
use crate::pages::records::{
    BatchRecordPage, CustomerRecordPage, OrderRecordPage, RecordListPage, SampleRecordPage, SearchPage, TestRecordPage,
};
use crate::pages::sync::{SyncRunPage, SynchronisationPage};
use crate::pages::turnaround::TurnaroundPage;
use crate::pages::views::ViewsPageView;
use leptos::prelude::*;
use leptos_router::LazyRoute;

/// A part: the function that is split off and the one that fetches it (named by `lazy`), and a route for each of its
/// pages. Parts are told apart by the function's name.
macro_rules! part {
    ($(#[$doc:meta])* $part:ident, $preload:ident, $pages:ident { $($page:ident => $view:expr,)+ }) => {
        $(#[$doc])*
        enum $pages {
            $($page,)+
        }

        #[lazy]
        fn $part(page: $pages) -> AnyView {
            match page {
                $($pages::$page => $view.into_any(),)+
            }
        }

        $(
            /// The route of one page.
            pub struct $page;

            impl LazyRoute for $page {
                fn data() -> Self {
                    Self
                }

                // The router waits for this before it draws: a page that is hydrated before its part has arrived
                // would not find its elements.
                async fn preload() {
                    #[cfg(target_arch = "wasm32")]
                    $preload().await;
                }

                async fn view(_: Self) -> AnyView {
                    $part($pages::$page).await
                }
            }
        )+
    };
}

part! {
    /// Overview, orders by urgency, customers, what is tested.
    everyday, __preload_everyday, EverydayPages {
        Overview => view! { <OverviewPage/> },
        Priority => view! { <PriorityPage/> },
        Customers => view! { <CustomersPage/> },
        Mix => view! { <MixPage/> },
    }
}

part! {
    /// Where time is lost.
    analysis, __preload_analysis, AnalysisPages {
        Operations => view! { <OperationsPage/> },
        Quality => view! { <QualityPage/> },
        Turnaround => view! { <TurnaroundPage/> },
    }
}

part! {
    /// Lists and single records.
    records, __preload_records, RecordsPages {
        OrdersList => view! { <RecordListPage kind=RecordKind::Orders/> },
        SamplesList => view! { <RecordListPage kind=RecordKind::Samples/> },
        TestsList => view! { <RecordListPage kind=RecordKind::Tests/> },
        BatchesList => view! { <RecordListPage kind=RecordKind::Batches/> },
        CustomersList => view! { <RecordListPage kind=RecordKind::Customers/> },
        OrderRecord => view! { <OrderRecordPage/> },
        SampleRecord => view! { <SampleRecordPage/> },
        TestRecord => view! { <TestRecordPage/> },
        BatchRecord => view! { <BatchRecordPage/> },
        CustomerRecord => view! { <CustomerRecordPage/> },
        Search => view! { <SearchPage/> },
    }
}

part! {
    /// The synchronisation, views, accounts and settings.
    management, __preload_management, ManagementPages {
        Synchronisation => view! { <SynchronisationPage/> },
        SyncRun => view! { <SyncRunPage/> },
        Views => view! { <ViewsPageView/> },
        OwnAccount => view! { <OwnAccountPage/> },
        Administration => view! { <AdministrationPage/> },
        Settings => view! { <SettingsPage/> },
        AuditLog => view! { <AuditLogPage/> },
    }
}
