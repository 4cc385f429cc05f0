// What every screen is: a stage to speak to, and what is shown. It fills the place between header and footer.
import QtQuick
import booth

Item {
    required property Stage stage
    required property var shown
    readonly property string screen: shown.screen

    anchors.fill: parent
}
