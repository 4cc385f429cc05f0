// What every screen is: a stage to speak to, and what is shown. It fills the place between header and footer.
import QtQuick
import booth

Item {
    required property WindowStage stage
    required property var shown
    readonly property string screen: shown.screen
    // Whether all that the way on is about has been on the screen.
    property bool seenAll: true

    anchors.fill: parent
}
