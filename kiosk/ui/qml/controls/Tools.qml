// Language, accessibility, help: on every screen; in the header, or in portrait above the footer, within reach.
import QtQuick
import "../theme"

Row {
    id: tools
    required property QtObject stage
    property bool onHeader: true
    property bool iconOnly: false
    readonly property int each: Math.floor((width - 2 * spacing) / 3)
    readonly property bool spread: !onHeader

    spacing: Theme.space(1)

    Button {
        objectName: "language"
        width: tools.spread ? tools.each : implicitWidth
        onHeader: tools.onHeader
        iconOnly: tools.iconOnly
        icon: "world"
        text: tools.stage.nextLanguage
        onPressed: tools.stage.switchLanguage()
    }
    Button {
        objectName: "accessibility"
        width: tools.spread ? tools.each : implicitWidth
        onHeader: tools.onHeader
        iconOnly: tools.iconOnly
        icon: "person"
        text: qsTr("Accessibility")
        onPressed: tools.stage.openSheet("accessibility")
    }
    Button {
        objectName: "help"
        width: tools.spread ? tools.each : implicitWidth
        onHeader: tools.onHeader
        iconOnly: tools.iconOnly
        icon: "help"
        text: qsTr("Help")
        onPressed: tools.stage.openSheet("help")
    }
}
