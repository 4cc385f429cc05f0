// What every screen is: a stage to speak to, and what is shown. It fills the place between header and footer.
import QtQuick
import booth

Item {
    required property WindowStage stage
    required property var shown
    readonly property string screen: shown.screen
    // Where the way on cannot be taken back: the columns that must have been seen to their end.
    property var agreed: null

    anchors.fill: parent
}
