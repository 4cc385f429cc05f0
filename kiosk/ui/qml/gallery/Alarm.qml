// The card was left behind.
import QtQuick
import "../theme"
import "../controls"

Page {
    id: page

    CardAlarm {
        width: page.width
        height: page.nominal.height - Theme.headerHeight - Theme.footerHeight
    }
}
