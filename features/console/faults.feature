@browser
Feature: The console during faults

  Background:
    Given Root is an administrator

  Scenario Outline: A proxy responds with <content> in place of the API
    Given Root has the console open
    And a proxy responds to Root's requests for "/api/v1/admin/jwt/secrets" with <content>
    When Root clicks the link "Signing keys"
    Then Root sees the alert "<alert>"
    And Root sees "<button>"
    When the proxy lets Root's requests through again
    And Root clicks "<button>"
    Then the table "Signing keys" has 1 row

    Examples:
      | content      | alert               | button          |
      | an HTML page | Unexpected response | Try again       |
      | broken JSON  | Unexpected response | Try again       |
      | other JSON   | Unexpected error    | Reload the page |
      | a failure    | Unexpected response | Try again       |

  Scenario Outline: A proxy responds with <content> when the page continues its session
    Given Root has the console open
    And a proxy responds to Root's requests for "/console/session/refresh" with <content>
    When Root reloads the page
    Then Root sees the alert "Unexpected response"
    When the proxy lets Root's requests through again
    Then the screen "Overview" is shown to Root

    Examples:
      | content      |
      | an HTML page |
      | other JSON   |

  Scenario: A script of a screen is missing after an update
    Given Root has the console open
    And a proxy responds to Root's requests for "/console/assets/keys-*" with a failure
    When Root clicks the link "Signing keys"
    Then Root sees the alert "This screen could not be loaded"
    And Root sees "Reload the page"

  Scenario: The clock of the browser is wrong
    Given the clock of Root's browser is 3 hours ahead
    And Root has the console open
    When Root puts rateLimit.login.points with the value 20 into the draft
    And Root reviews the draft and applies it with confirmation "Within 5 minutes"
    Then Root sees "It is reverted in 4 min"

  Scenario: An open console sends few requests
    Given the clock of Root's browser is 0 hours ahead
    And Root has the console open
    Then each screen that Root opens loads with at most 40 requests and sends at most 8 in the next five seconds
