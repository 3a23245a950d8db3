Feature: Feature flags of the current user

  Operators define feature flags in the configuration files.

  Scenario: There are no feature flags by default
    Given Ada is logged in
    When Ada requests the feature flags
    Then there are no feature flags
    And the response header Cache-Control is "no-store"

  Scenario: Changing feature flags while the service runs
    Given Ada is logged in
    When the operator sets:
      | features.newCheckout | true  |
      | features.darkMode    | false |
    And Ada requests the feature flags
    Then the feature flags are:
      | newCheckout | on  |
      | darkMode    | off |
    When the operator sets features.darkMode to true
    And Ada requests the feature flags
    Then the feature flags are:
      | newCheckout | on |
      | darkMode    | on |

  Scenario: Removing a feature flag
    Given Ada is logged in
    And the operator has set features.newCheckout to true
    When the operator empties local.yaml
    And Ada requests the feature flags
    Then there are no feature flags

  @remote
  Scenario: An anonymous client is rejected
    When an anonymous client requests the feature flags
    Then the request is rejected with 401 unauthorized
